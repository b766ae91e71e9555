/** Who is asking: one subscription of one tenant, and a service principal in it that owns the subscription. */
export const subscriptionId = "8f3c1a52-6f0e-4d0b-9a57-2b1f5e0c7d31";
export const tenantId = "5c0d7a4e-93b1-4f8e-8a2d-7e61b0a9c4f2";

/** The identity that runs the stack: its application, and its object in the directory. `bin/kubelogin` has it too. */
export const caller = {
  clientId: "1d4e6b70-0f2a-4c5b-9b7d-3a8c2e91f064",
  objectId: "c2a9f318-47d6-4e0b-b1c5-906f7d2e8a43",
};
