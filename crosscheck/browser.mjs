// amazon-cognito-identity-js with promises in place of its callbacks.

import identity from "amazon-cognito-identity-js";

const { AuthenticationDetails, CognitoRefreshToken, CognitoUser, CognitoUserAttribute, CognitoUserPool } = identity;

/** Storage is one browser's local storage: users of one share their devices. */
export class Storage {
  #items = new Map();
  getItem = (key) => this.#items.get(key) ?? null;
  setItem = (key, value) => this.#items.set(key, value);
  removeItem = (key) => this.#items.delete(key);
  clear = () => this.#items.clear();
}

export const attributes = (values) =>
  Object.entries(values).map(([Name, Value]) => new CognitoUserAttribute({ Name, Value }));

/** called waits for a callback of the form (error, result). */
const called = (start) =>
  new Promise((resolve, reject) => {
    start((error, result) => (error ? reject(error) : resolve(result)));
  });

/** handled waits for one of a set of callbacks. Challenges resolve too. */
const handled = (start) =>
  new Promise((resolve, reject) => {
    const challenge = (name, parameters) => resolve({ challenge: name, parameters });
    start({
      onSuccess: resolve,
      onFailure: reject,
      mfaRequired: challenge,
      totpRequired: challenge,
      selectMFAType: challenge,
      mfaSetup: challenge,
      customChallenge: (parameters) => challenge("CUSTOM_CHALLENGE", parameters),
      newPasswordRequired: (given, required) => resolve({ challenge: "NEW_PASSWORD_REQUIRED", given, required }),
      inputVerificationCode: resolve,
      associateSecretCode: resolve,
    });
  });

/** Browser is one person's browser, open at an application of a pool. */
export class Browser {
  /** requests are the operations called so far, with the challenge answered. */
  requests = [];

  constructor(pool, { clientId = pool.clientId, storage = new Storage() } = {}) {
    this.storage = storage;
    this.pool = new CognitoUserPool({
      UserPoolId: pool.userPoolId,
      ClientId: clientId,
      endpoint: pool.endpoint,
      Storage: storage,
    });
    const send = this.pool.client.request.bind(this.pool.client);
    this.pool.client.request = (operation, parameters, callback) => {
      this.requests.push([operation, parameters.ChallengeName].filter(Boolean).join(" "));
      send(operation, parameters, callback);
    };
  }

  user(name) {
    return new User(new CognitoUser({ Username: name, Pool: this.pool, Storage: this.storage }));
  }

  signUp(name, password, values) {
    return called((done) => this.pool.signUp(name, password, attributes(values), [], done));
  }
}

/** User is one user in one browser. */
class User {
  constructor(user) {
    this.user = user;
  }

  get deviceKey() {
    return this.user.deviceKey;
  }
  get session() {
    return this.user.getSignInUserSession();
  }
  get accessToken() {
    return this.session.getAccessToken().getJwtToken();
  }
  get idToken() {
    return this.session.getIdToken().getJwtToken();
  }
  get refreshToken() {
    return this.session.getRefreshToken().getToken();
  }

  confirm = (code) => called((done) => this.user.confirmRegistration(code, false, done));
  resend = () => called((done) => this.user.resendConfirmationCode(done));

  signIn(password, flow = "USER_SRP_AUTH") {
    this.user.setAuthenticationFlowType(flow);
    const details = new AuthenticationDetails({ Username: this.user.getUsername(), Password: password });
    return handled((on) => this.user.authenticateUser(details, on));
  }

  newPassword = (password, values = {}) =>
    handled((on) => this.user.completeNewPasswordChallenge(password, values, on));
  sendCode = (code, factor) => handled((on) => this.user.sendMFACode(code, on, factor));
  chooseFactor = (factor) => handled((on) => this.user.sendMFASelectionAnswer(factor, on));

  refresh = (token = this.refreshToken) =>
    called((done) => this.user.refreshSession(new CognitoRefreshToken({ RefreshToken: token }), done));
  signOut = () => called((done) => this.user.signOut(done));
  globalSignOut = () => handled((on) => this.user.globalSignOut(on));
  delete = () => called((done) => this.user.deleteUser(done));

  forgotPassword = () => handled((on) => this.user.forgotPassword(on));
  confirmPassword = (code, password) => handled((on) => this.user.confirmPassword(code, password, on));
  changePassword = (old, password) => called((done) => this.user.changePassword(old, password, done));

  async attributes() {
    const list = await called((done) => this.user.getUserAttributes(done));
    return Object.fromEntries(list.map((a) => [a.getName(), a.getValue()]));
  }
  data = () => called((done) => this.user.getUserData(done, { bypassCache: true }));
  update = (values) => called((done) => this.user.updateAttributes(attributes(values), done));
  remove = (names) => called((done) => this.user.deleteAttributes(names, done));
  askCode = (attribute) => handled((on) => this.user.getAttributeVerificationCode(attribute, on));
  verify = (attribute, code) => handled((on) => this.user.verifyAttribute(attribute, code, on));

  associate = () => handled((on) => this.user.associateSoftwareToken(on));
  prove = (code, device) => handled((on) => this.user.verifySoftwareToken(code, device, on));
  prefer = (sms, totp) => called((done) => this.user.setUserMfaPreference(sms, totp, done));

  device = () => handled((on) => this.user.getDevice(on));
  devices = () => handled((on) => this.user.listDevices(60, null, on));
  rememberDevice = () => handled((on) => this.user.setDeviceStatusRemembered(on));
  unrememberDevice = () => handled((on) => this.user.setDeviceStatusNotRemembered(on));
  forgetDevice = () => handled((on) => this.user.forgetDevice(on));
}
