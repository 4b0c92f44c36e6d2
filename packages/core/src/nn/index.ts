export {
  createNetwork,
  createTrainableNetwork,
  type NetworkOptions,
  type TrainableNetworkOptions,
} from "./lstmNetwork.js";
export type * from "./network.js";
