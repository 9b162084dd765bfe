interface TlsIdentity {
  readonly key: string;
  readonly cert: string;
}

/** The key of all of them. Worth nothing outside the tests. */
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgW9fGKpOZDHq/2PJN
E0vym8cKjlLkMSTd0HZS92r/MSuhRANCAARP8/1M0O6PkHm47tHuBg3480gREfd/
JW83L/0rNvZYb9JCzv+MOQx90wxrsa2S4RS99lvpyq2HNeNsGo7OTGK6
-----END PRIVATE KEY-----
`;

/** Self-signed certificates: `good` is for localhost, 127.0.0.1 and registry.test until 2120, `expired` was in 2020, `other` is for other.test. */
export const certificates: { readonly good: TlsIdentity; readonly expired: TlsIdentity; readonly other: TlsIdentity } =
  {
    good: {
      key,
      cert: `-----BEGIN CERTIFICATE-----
MIIBdjCCARygAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlsb2NhbGhv
c3QwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMM
CWxvY2FsaG9zdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABE/z/UzQ7o+Qebju
0e4GDfjzSBER938lbzcv/Ss29lhv0kLO/4w5DH3TDGuxrZLhFL32W+nKrYc142wa
js5MYrqjXTBbMA8GA1UdEwEB/wQFMAMBAf8wKQYDVR0RBCIwIIIJbG9jYWxob3N0
gg1yZWdpc3RyeS50ZXN0hwR/AAABMB0GA1UdDgQWBBRTwk6EKm9q8gARimvvOHU9
XfSyJzAKBggqhkjOPQQDAgNIADBFAiEA6DKUc6BYFS1uE2j4i6vztuVbepNmraSo
qMnJ92oGYpkCIGYGFqP3ySbO7DjI9aqRepmEn+hljmaoNEq7KEPAyCGD
-----END CERTIFICATE-----
`,
    },
    expired: {
      key,
      cert: `-----BEGIN CERTIFICATE-----
MIIBdTCCARqgAwIBAgIBAjAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlsb2NhbGhv
c3QwHhcNMjAwMTAxMDAwMDAwWhcNMjAwMTAyMDAwMDAwWjAUMRIwEAYDVQQDDAls
b2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARP8/1M0O6PkHm47tHu
Bg3480gREfd/JW83L/0rNvZYb9JCzv+MOQx90wxrsa2S4RS99lvpyq2HNeNsGo7O
TGK6o10wWzAPBgNVHRMBAf8EBTADAQH/MCkGA1UdEQQiMCCCCWxvY2FsaG9zdIIN
cmVnaXN0cnkudGVzdIcEfwAAATAdBgNVHQ4EFgQUU8JOhCpvavIAEYpr7zh1PV30
sicwCgYIKoZIzj0EAwIDSQAwRgIhAOoHQZSnS+5+hEQPzHihd2wOSTsxDCHLsYCB
qxvpQgmkAiEAr/wEUce5s2K3sKt2aNF32TMj75C+FRNIiBqvIlopM38=
-----END CERTIFICATE-----
`,
    },
    other: {
      key,
      cert: `-----BEGIN CERTIFICATE-----
MIIBYTCCAQigAwIBAgIBAzAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlsb2NhbGhv
c3QwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDIwMDAwMDBaMBQxEjAQBgNVBAMM
CWxvY2FsaG9zdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABE/z/UzQ7o+Qebju
0e4GDfjzSBER938lbzcv/Ss29lhv0kLO/4w5DH3TDGuxrZLhFL32W+nKrYc142wa
js5MYrqjSTBHMA8GA1UdEwEB/wQFMAMBAf8wFQYDVR0RBA4wDIIKb3RoZXIudGVz
dDAdBgNVHQ4EFgQUU8JOhCpvavIAEYpr7zh1PV30sicwCgYIKoZIzj0EAwIDRwAw
RAIgFnu+29uw8li9NkDef2uuDiWv17vAV3y++n5yeSX4nZoCIDaKjnFEHutXGEF+
Y0O5AnDbJZE9Vo4RSGUMgR5K6gus
-----END CERTIFICATE-----
`,
    },
  };
