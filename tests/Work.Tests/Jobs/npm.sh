# A package packed, and installed from the tarball into another project.
export npm_config_cache=/tmp/npm npm_config_update_notifier=false npm_config_offline=true npm_config_audit=false npm_config_fund=false
mkdir -p library/lib project
printf '{ "name": "library", "version": "1.2.3", "main": "lib/index.js", "files": ["lib"], "bin": { "say": "lib/say.js" } }\n' >library/package.json
printf 'exports.sum = (...n) => n.reduce((a, b) => a + b, 0);\n' >library/lib/index.js
printf '#!/usr/bin/env node\nconsole.log(require("./index.js").sum(1, 2, 3));\n' >library/lib/say.js
for i in {1..200}; do printf 'module.exports = %d;\n' $i >library/lib/part$i.js; done
printf '{ "name": "project", "version": "0.0.1", "private": true }\n' >project/package.json
npm pack --silent ./library
cd project
npm install --silent --no-progress ../library-1.2.3.tgz
node_modules/.bin/say
cd ..
inventory .
