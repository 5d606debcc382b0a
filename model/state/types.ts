/** Types of the resources of a stack, as its state names them: Slipway's components, and the providers' own. */
export const TYPES = {
  stack: "pulumi:pulumi:Stack",
  host: "slipway:index:Host",
  edge: "slipway:index:Edge",
  service: "slipway:index:Service",
  serviceImage: "slipway:index:ServiceImage",
  cutover: "slipway:index:Cutover",
  container: "docker:index/container:Container",
  volume: "docker:index/volume:Volume",
  network: "docker:index/network:Network",
  dockerProvider: "pulumi:providers:docker",
  image: "docker-build:index:Image",
  command: "command:local:Command",
  password: "random:index/randomPassword:RandomPassword",
} as const;
