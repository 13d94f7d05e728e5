module.exports = require("reelay");
