/** How many images a registry still lets one pull. */
export interface PullLimit {
  limit: number;
  remaining: number;
  /** For how long the limit counts, in seconds; 0 where the registry does not tell. */
  windowSeconds: number;
}
