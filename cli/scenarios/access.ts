/** What developers, operations and admins may do, as Argo CD and as Kubernetes judge it. */
import { AuthorizationV1Api } from "@kubernetes/client-node";
import { execa } from "execa";
import { groups } from "../../components/argocd/settings";
import { expectThat, type Scenario } from "./scenario";

type Group = keyof typeof groups;

/** Argo CD: action, project/application, and who may. */
const inArgoCd: [action: string, object: string, allowed: Group[]][] = [
  ["get", "default/guestbook-dev", ["admins", "developers"]],
  ["sync", "default/guestbook-dev", ["admins", "developers"]],
  ["delete", "default/guestbook-dev", ["admins"]],
  ["get", "production/guestbook-prod", ["admins", "developers", "operations"]],
  ["sync", "production/guestbook-prod", ["admins", "operations"]],
  ["override", "production/guestbook-prod", ["admins"]],
  ["delete", "production/guestbook-prod", ["admins"]],
  ["get", "platform/root", ["admins"]],
  ["sync", "platform/infrastructure", ["admins"]],
];

/**
 * Kubernetes: verb, group, resource, and who may in an environment that is not production, and who in production. Admins
 * come in by the cloud's own way, which grants everything.
 */
const inKubernetes: [verb: string, group: string, resource: string, dev: Group[], production: Group[]][] = [
  ["get", "", "pods", ["developers", "operations"], ["developers", "operations"]],
  ["get", "", "pods/log", ["developers", "operations"], ["developers", "operations"]],
  ["list", "apps", "deployments", ["developers", "operations"], ["developers", "operations"]],
  ["get", "", "secrets", [], []],
  ["create", "apps", "deployments", [], []],
  ["delete", "apps", "statefulsets", [], []],
  // A pod that hangs, a restart, a look inside by port-forward.
  ["delete", "", "pods", ["developers", "operations"], ["operations"]],
  ["create", "", "pods/portforward", ["developers", "operations"], ["operations"]],
  ["patch", "apps", "deployments", ["developers", "operations"], ["operations"]],
  ["create", "", "pods/eviction", ["operations"], ["operations"]],
  ["update", "apps", "deployments/scale", ["operations"], ["operations"]],
  ["create", "", "pods/exec", [], []],
  ["create", "rbac.authorization.k8s.io", "rolebindings", [], []],
];

export const access: Scenario = {
  name: "access",
  title: "Developers, operations and admins may do what the table says, in Argo CD and on the cluster, and no more",
  async run({ clients, tools, environment, kubeconfig, say, saw }) {
    say("argocd admin settings rbac can …");
    let asked = 0;
    for (const [action, object, allowed] of inArgoCd) {
      for (const [name, subject] of Object.entries(groups) as [Group, string][]) {
        const question = ["admin", "settings", "rbac", "can", subject, action, "applications", object];
        const { stdout } = await execa(tools["argocd"] ?? "argocd", [...question, "--namespace", "argocd"], {
          env: { ...environment, KUBECONFIG: kubeconfig },
          reject: false,
        });
        const expected = allowed.includes(name) ? "Yes" : "No";
        expectThat(stdout === expected, `${name} ${action} ${object} in Argo CD: ${expected}`, stdout);
        asked += 1;
      }
    }
    saw(`Argo CD answers ${asked} questions as the table says`);

    say("SubjectAccessReview …");
    const api = clients.config.makeApiClient(AuthorizationV1Api);
    let reviewed = 0;
    for (const [verb, group, resource, dev, production] of inKubernetes) {
      const [name, subresource] = resource.split("/");
      for (const [namespace, allowed] of [
        ["guestbook-dev", dev],
        ["prod", production],
      ] as const) {
        for (const subject of ["developers", "operations"] as const) {
          const { status } = await api.createSubjectAccessReview({
            body: {
              spec: {
                user: "somebody",
                groups: [groups[subject], "system:authenticated"],
                resourceAttributes: { verb, group, resource: name, subresource, namespace },
              },
            },
          });
          const expected = allowed.includes(subject);
          expectThat(
            (status?.allowed ?? false) === expected,
            `${subject} ${verb} ${resource} in ${namespace}: ${expected ? "allowed" : "denied"}`,
            status,
          );
          reviewed += 1;
        }
      }
    }
    saw(`Kubernetes answers ${reviewed} questions as the table says`);
  },
};
