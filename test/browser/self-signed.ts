/**
 * A certificate that nobody trusts, for `localhost` and `127.0.0.1`, as dev servers make themselves one. It protects nothing.
 * Made by `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500 -subj /CN=localhost`.
 */
export const SELF_SIGNED = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgvk6LMUDSUr3qym5E
m7MnBYzLWib1yAfQCeIZzz9sk1qhRANCAARCTbUcSI1UY13AHCiZBXJnQus/x9IA
q6uoYDcJhcVw1gMtjQbj+DbRFjtnmBXnYIdoRIpDDR14FBjn5vS2ST2n
-----END PRIVATE KEY-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBmjCCAUGgAwIBAgIUA+tZBNk9LOc3h1JZp6oFFE/CA8wwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMjAzMDMxN1oYDzIxMjYxMDI5
MDMwMzE3WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARCTbUcSI1UY13AHCiZBXJnQus/x9IAq6uoYDcJhcVw1gMtjQbj+DbR
FjtnmBXnYIdoRIpDDR14FBjn5vS2ST2no28wbTAdBgNVHQ4EFgQUgiKxLzvNLNxe
h9nWtscCCo9MIFUwHwYDVR0jBBgwFoAUgiKxLzvNLNxeh9nWtscCCo9MIFUwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDRwAwRAIgT0oLDJm4Jg7VQHpN0vHscDoYx5LN148Od7MY5cJQ5JYCIFIN
EKjq+ONjrVQM/UXiypS7Lmi4IFiH+6Z08o9TEj9q
-----END CERTIFICATE-----`,
};
