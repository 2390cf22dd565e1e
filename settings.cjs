/** Node-RED settings of `npm start`: this repository as the only extra module, and nothing that calls home. */
const userDir = process.env.GATEHOUSE_USER_DIR;

module.exports = {
  uiHost: process.env.HOST || "127.0.0.1",
  uiPort: Number(process.env.PORT || 1880),
  ...(userDir ? { userDir } : {}),
  flowFile: "flows.json",
  flowFilePretty: true,
  nodesDir: [__dirname],
  telemetry: { enabled: false, updateNotification: false },
  diagnostics: { enabled: true, ui: true },
  editorTheme: {
    page: { title: "Gatehouse" },
    tours: false,
    palette: { catalogues: [] },
    projects: { enabled: false },
  },
  externalModules: { autoInstall: false, palette: { allowInstall: false, allowUpload: false } },
  logging: { console: { level: "info", metrics: false, audit: false } },
  exportGlobalContextKeys: false,
};
