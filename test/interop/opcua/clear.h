/* Records the messages of secure channels as they are behind their decryption (`clear CHANNEL HEX`): where their signature is judged. */
#include "../record.h"
#include <open62541/server.h>

enum { MOST_POLICIES = 8 };
static UA_StatusCode (*judges[MOST_POLICIES])(void *, const UA_ByteString *, const UA_ByteString *);

#define JUDGE(policy)                                                                                                          \
  static UA_StatusCode judge##policy(void *channel, const UA_ByteString *message, const UA_ByteString *signature) {            \
    record("clear", (uintptr_t)channel, message->data, message->length);                                                       \
    return judges[policy](channel, message, signature);                                                                        \
  }
JUDGE(0) JUDGE(1) JUDGE(2) JUDGE(3) JUDGE(4) JUDGE(5) JUDGE(6) JUDGE(7)

/* To be called when all policies are there. */
static UA_Boolean recordClear(UA_ServerConfig *config) {
  UA_StatusCode (*recording[MOST_POLICIES])(void *, const UA_ByteString *, const UA_ByteString *) = {judge0, judge1, judge2, judge3,
                                                                                                     judge4, judge5, judge6, judge7};
  if (config->securityPoliciesSize > MOST_POLICIES) return false;
  for (size_t i = 0; i < config->securityPoliciesSize; i++) {
    UA_SecurityPolicySignatureAlgorithm *own = &config->securityPolicies[i].symmetricModule.cryptoModule.signatureAlgorithm;
    judges[i] = own->verify;
    own->verify = recording[i];
  }
  return true;
}
