/** The folder of the running code, source or built: the one thing that modules of both kinds cannot ask in one way. */
module.exports = __dirname;
