declare const directory: string;
export = directory;
