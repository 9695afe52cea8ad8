// Does what each line of standard input says with the snippets beside it, and answers a line each.
const { launchToken } = require("./launch_token.js");
const { signedLaunchToken } = require("./signed_launch_token.js");
const { verified } = require("./verified.js");
const names = ["webhook-id", "webhook-timestamp", "webhook-signature"];

async function answer(verb, fields) {
  if (verb === "launch") return launchToken(...fields.map(String));
  if (verb === "sign") return signedLaunchToken(...fields.map(String));
  const [secret, now, body, ...given] = fields, headers = {};
  names.forEach((name, number) => given[number] && (headers[name] = String(given[number])));
  try {
    return verified(String(secret), headers, body, Number(now));
  } catch (error) {
    if (!error.message.startsWith("not ")) throw error;
    return "refused";
  }
}

(async () => {
  for (const line of require("node:fs").readFileSync(0, "utf8").trimEnd().split("\n")) {
    const [verb, ...fields] = line.split("\t");
    console.log(await answer(verb, fields.map((field) => (field === "-" ? null : Buffer.from(field, "base64")))));
  }
})();
