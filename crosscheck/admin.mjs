// What an administrator does for the other checks, with the AWS SDK.

import * as sdk from "@aws-sdk/client-cognito-identity-provider";

/** connect makes a client of the AWS SDK for a pool. */
export const connect = (pool, config = {}) =>
  new sdk.CognitoIdentityProviderClient({
    region: pool.region,
    endpoint: pool.endpoint,
    credentials: pool.credentials,
    ...config,
  });

/** list is an object of attributes as the API has it. */
export const list = (values) => Object.entries(values).map(([Name, Value]) => ({ Name, Value }));

/** Admin is the administrator of a pool. */
export class Admin {
  constructor(pool) {
    this.pool = pool;
    this.client = connect(pool);
  }

  #send = (Command, Username, input = {}) =>
    this.client.send(new Command({ UserPoolId: this.pool.userPoolId, Username, ...input }));

  /** createUser makes a user with a temporary password, or a permanent one. */
  async createUser(name, password, attributes, { permanent = false } = {}) {
    await this.#send(sdk.AdminCreateUserCommand, name, {
      TemporaryPassword: password,
      UserAttributes: list(attributes),
      MessageAction: "SUPPRESS",
    });
    if (permanent) {
      await this.#send(sdk.AdminSetUserPasswordCommand, name, { Password: password, Permanent: true });
    }
  }

  disable = (name) => this.#send(sdk.AdminDisableUserCommand, name);
  enable = (name) => this.#send(sdk.AdminEnableUserCommand, name);
  resetPassword = (name) => this.#send(sdk.AdminResetUserPasswordCommand, name);
  forgetDevice = (name, DeviceKey) => this.#send(sdk.AdminForgetDeviceCommand, name, { DeviceKey });
}
