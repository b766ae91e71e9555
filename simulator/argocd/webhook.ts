/** Tells Argo CD of a push, as a Git host does. */
import { createHmac } from "node:crypto";

export interface Push {
  /** Address of the repository as the Applications have it. */
  repository: string;
  branch: string;
  /** The commit before and the one that was pushed: Argo CD asks which folders differ. */
  before: string;
  after: string;
  /** Paths that the push changes. */
  changed: string[];
  /** `webhook.github.secret`, where Argo CD has one. */
  secret?: string;
}

/**
 * Sends GitHub's push event (https://docs.github.com/webhooks/webhook-events-and-payloads#push).
 *
 * @param url Argo CD's server.
 * @throws Error with Argo CD's answer where it does not take it.
 */
export async function sendPush(url: string, push: Push): Promise<void> {
  const body = JSON.stringify({
    ref: `refs/heads/${push.branch}`,
    before: push.before,
    after: push.after,
    repository: { html_url: push.repository.replace(/\.git$/, ""), default_branch: push.branch },
    commits: [{ id: push.after, added: [], removed: [], modified: push.changed }],
  });
  const headers = new Headers({ "content-type": "application/json", "x-github-event": "push" });
  if (push.secret !== undefined) {
    const signature = createHmac("sha256", push.secret).update(body).digest("hex");
    headers.set("x-hub-signature-256", `sha256=${signature}`);
  }
  const answer = await fetch(`${url}/api/webhook`, { method: "POST", body, headers });
  if (!answer.ok) throw new Error(`Argo CD does not take the push: ${answer.status} ${await answer.text()}`);
}
