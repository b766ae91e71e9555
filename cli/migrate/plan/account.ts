/** What the target's account has to give, and how it is named: no plan of a configuration alone can know. */
import type { PlatformConfig } from "../../../components/config/types";
import { instanceType, neutralSizes } from "../../../components/instances";
import type { Report } from "./report";

type ManagedCloud = Exclude<PlatformConfig["cloud"], "local">;

/** How each cloud's provider is told which account: its own settings, not the platform's. */
const accounts: Record<ManagedCloud, string> = {
  aws: "the account that `aws sts get-caller-identity` names; another one with AWS_PROFILE",
  azure: "the subscription that `az account show` names; another one with ARM_SUBSCRIPTION_ID",
  gcp: "the project that the target's configuration names: pulumi config set gcp:project <project id> (or GOOGLE_PROJECT)",
};

/**
 * - https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html: a new account has 5 vCPU
 * - https://learn.microsoft.com/azure/quotas/per-vm-quota-requests: by family and by region, mostly 10 in a new subscription
 * - https://cloud.google.com/compute/resource-usage#cpu_quota: by region
 */
const quotas: Record<ManagedCloud, string> = {
  aws: "“Running On-Demand Standard instances” in Service Quotas counts vCPU; a new account has few",
  azure: "quotas count vCPU of the machine's family and of the region; a new subscription has few",
  gcp: "the quota CPUS counts vCPU of the region, SSD_TOTAL_GB its disks; a new project has few",
};

/** Azure's system pools: three of up to three machines of 4 vCPU, and one more of each while they are upgraded. */
const azureSystemVcpu = 3 * (3 + 1) * 4;

export function accountNotes(config: PlatformConfig, report: Report): void {
  const { cloud, region, nodes } = config;
  if (cloud === "local") return;
  report.note("account", "account", {
    what: `the stack belongs into an account of ${cloud}, and reads the source's backups in its account`,
    then: `be logged in to both when it is brought up; the target's is ${accounts[cloud]}`,
  });
  const known = neutralSizes.some(({ vcpu, memoryGiB }) => vcpu === nodes.vcpu && memoryGiB === nodes.memoryGiB);
  const type =
    nodes.instanceType ?? (known ? instanceType(cloud, nodes.vcpu, nodes.memoryGiB, region) : "the nodes' type");
  const system = cloud === "azure" && config.environment !== "dev" ? azureSystemVcpu : 0;
  report.note("cloud-quota", "nodes", {
    what: `${nodes.max} nodes of ${type} are ${nodes.max * nodes.vcpu + system} vCPU in ${region}${system > 0 ? ", system pools included" : ""}: ${quotas[cloud]}`,
    then: "look it up, and ask for more before the target is brought up: that can take a day",
  });
}
