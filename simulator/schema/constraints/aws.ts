/** Which request of which AWS API the inputs of each resource type go into. */
import type { Mapping } from "./botocore";

/** Version of the models that the data is taken from. */
export const botocore = "1.44.5";

export const mappings: Record<string, Mapping> = {
  "aws:acm/certificate:Certificate": {
    service: "acm",
    structures: ["RequestCertificateRequest"],
    members: { validationOptions: "DomainValidationOptions" },
  },
  "aws:cloudwatch/logGroup:LogGroup": {
    service: "logs",
    structures: ["CreateLogGroupRequest", "PutRetentionPolicyRequest"],
    members: { name: "logGroupName" },
  },
  "aws:ec2/eip:Eip": { service: "ec2", structures: ["AllocateAddressRequest"] },
  "aws:ec2/flowLog:FlowLog": { service: "ec2", structures: ["CreateFlowLogsRequest"] },
  "aws:ec2/launchTemplate:LaunchTemplate": {
    service: "ec2",
    structures: ["CreateLaunchTemplateRequest", "RequestLaunchTemplateData"],
    members: { name: "LaunchTemplateName", description: "VersionDescription" },
    shapes: { name: { service: "ec2", shape: "LaunchTemplateName" } },
  },
  "aws:ec2/natGateway:NatGateway": { service: "ec2", structures: ["CreateNatGatewayRequest"] },
  "aws:ec2/subnet:Subnet": {
    service: "ec2",
    structures: ["CreateSubnetRequest"],
  },
  "aws:ec2/vpc:Vpc": { service: "ec2", structures: ["CreateVpcRequest"] },
  "aws:ec2/vpcEndpoint:VpcEndpoint": { service: "ec2", structures: ["CreateVpcEndpointRequest"] },
  "aws:efs/fileSystem:FileSystem": {
    service: "efs",
    structures: ["CreateFileSystemRequest", "PutLifecycleConfigurationRequest"],
  },
  "aws:efs/mountTarget:MountTarget": {
    service: "efs",
    structures: ["CreateMountTargetRequest"],
    // The patterns of ids that AWS itself gives: whether there is such a thing says more.
    members: { fileSystemId: null, subnetId: null, securityGroups: null },
  },
  "aws:eks/accessEntry:AccessEntry": { service: "eks", structures: ["CreateAccessEntryRequest"] },
  "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": {
    service: "eks",
    structures: ["AssociateAccessPolicyRequest"],
  },
  "aws:eks/addon:Addon": {
    service: "eks",
    structures: ["CreateAddonRequest"],
    members: { resolveConflictsOnCreate: "resolveConflicts", resolveConflictsOnUpdate: "resolveConflicts" },
  },
  "aws:eks/cluster:Cluster": {
    service: "eks",
    structures: ["CreateClusterRequest"],
    members: { vpcConfig: "resourcesVpcConfig" },
    shapes: { enabledClusterLogTypes: { service: "eks", shape: "LogType" } },
  },
  "aws:eks/nodeGroup:NodeGroup": {
    service: "eks",
    structures: ["CreateNodegroupRequest"],
    members: { nodeRoleArn: "nodeRole", subnetIds: "subnets" },
    shapes: {
      clusterName: { service: "eks", shape: "ClusterName" },
      instanceTypes: { service: "ec2", shape: "InstanceType" },
    },
  },
  "aws:eks/podIdentityAssociation:PodIdentityAssociation": {
    service: "eks",
    structures: ["CreatePodIdentityAssociationRequest"],
  },
  "aws:iam/instanceProfile:InstanceProfile": {
    service: "iam",
    structures: ["CreateInstanceProfileRequest", "AddRoleToInstanceProfileRequest"],
    members: { name: "InstanceProfileName", role: "RoleName" },
  },
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": {
    service: "iam",
    structures: ["CreateOpenIDConnectProviderRequest"],
    members: { clientIdLists: "ClientIDList", thumbprintLists: "ThumbprintList" },
  },
  "aws:iam/policy:Policy": {
    service: "iam",
    structures: ["CreatePolicyRequest"],
    members: { name: "PolicyName", policy: "PolicyDocument" },
  },
  "aws:iam/role:Role": {
    service: "iam",
    structures: ["CreateRoleRequest"],
    members: { name: "RoleName", assumeRolePolicy: "AssumeRolePolicyDocument" },
  },
  "aws:iam/rolePolicy:RolePolicy": {
    service: "iam",
    structures: ["PutRolePolicyRequest"],
    members: { name: "PolicyName", policy: "PolicyDocument", role: "RoleName" },
  },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
    service: "iam",
    structures: ["AttachRolePolicyRequest"],
    members: { role: "RoleName" },
  },
  "aws:iam/serviceLinkedRole:ServiceLinkedRole": { service: "iam", structures: ["CreateServiceLinkedRoleRequest"] },
  "aws:kms/alias:Alias": { service: "kms", structures: ["CreateAliasRequest"], members: { name: "AliasName" } },
  "aws:kms/key:Key": {
    service: "kms",
    structures: ["CreateKeyRequest", "EnableKeyRotationRequest", "ScheduleKeyDeletionRequest"],
    members: { deletionWindowInDays: "PendingWindowInDays" },
  },
  "aws:lb/listener:Listener": {
    service: "elbv2",
    structures: ["CreateListenerInput"],
    members: {
      "defaultActions.authenticateCognito": "AuthenticateCognitoConfig",
      "defaultActions.authenticateOidc": "AuthenticateOidcConfig",
      "defaultActions.fixedResponse": "FixedResponseConfig",
      "defaultActions.forward": "ForwardConfig",
      "defaultActions.redirect": "RedirectConfig",
    },
  },
  "aws:lb/loadBalancer:LoadBalancer": {
    service: "elbv2",
    structures: ["CreateLoadBalancerInput"],
    members: { loadBalancerType: "Type" },
  },
  "aws:lb/targetGroup:TargetGroup": {
    service: "elbv2",
    structures: ["CreateTargetGroupInput"],
    members: { healthCheck: null },
  },
  "aws:route53/record:Record": {
    service: "route53",
    structures: ["ResourceRecordSet", "ChangeResourceRecordSetsRequest"],
    members: { zoneId: null, records: null },
  },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
    service: "s3",
    structures: ["BucketLifecycleConfiguration", "PutBucketLifecycleConfigurationRequest"],
  },
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": {
    service: "s3",
    structures: ["ObjectLockConfiguration"],
  },
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig": { service: "s3", structures: ["ReplicationConfiguration"] },
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": { service: "s3", structures: ["OwnershipControls"] },
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {
    service: "s3",
    structures: ["ServerSideEncryptionConfiguration"],
  },
  "aws:s3/bucketVersioning:BucketVersioning": {
    service: "s3",
    structures: ["PutBucketVersioningRequest"],
    // The provider adds "Disabled" to the API's states.
    members: { "versioningConfiguration.status": null },
  },
  "aws:wafv2/webAcl:WebAcl": { service: "wafv2", structures: ["CreateWebACLRequest"] },
  "aws:wafv2/webAclAssociation:WebAclAssociation": { service: "wafv2", structures: ["AssociateWebACLRequest"] },
  "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": {
    service: "wafv2",
    structures: ["LoggingConfiguration"],
  },
};
