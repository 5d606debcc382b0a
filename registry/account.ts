/** A user of a registry, with the password or token. */
export interface Account {
  user: string;
  token: string;
}
