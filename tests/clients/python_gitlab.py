"""Asks who a token belongs to with python-gitlab; prints the user name.

GITLAB_URL, and GITLAB_PRIVATE_TOKEN or GITLAB_OAUTH_TOKEN, say where and with which token.
"""

import os

import gitlab

client = gitlab.Gitlab(
    os.environ["GITLAB_URL"],
    private_token=os.environ.get("GITLAB_PRIVATE_TOKEN"),
    oauth_token=os.environ.get("GITLAB_OAUTH_TOKEN"),
    timeout=30,
)
client.auth()
print(client.user.username)
