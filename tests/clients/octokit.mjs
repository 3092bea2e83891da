// Asks who a token belongs to with Octokit; prints the login. GITHUB_URL and GITHUB_TOKEN say where and with which token.

import { Octokit } from "@octokit/core";

const client = new Octokit({ baseUrl: process.env.GITHUB_URL, auth: process.env.GITHUB_TOKEN });
const { data: user } = await client.request("GET /user");
console.log(user.login);
