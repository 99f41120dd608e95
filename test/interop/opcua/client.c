/*
 * An OPC UA client by an independent stack (open62541), with security: client ENDPOINT FOLDER POLICY USER PASSPHRASE NODE...
 * Reads each node and prints "name=value status sourceTimeMs type". FOLDER/trusted.der is the only server that it talks to.
 * TIMEOUT_MS is the longest time of a request, 2000 by default. Without further arguments than FOLDER it only makes its certificate, own.der.
 */
#include "pki.h"
#include <open62541/client_config_default.h>
#include <open62541/client_highlevel.h>

static void show(UA_Client *client, char *node) {
  UA_ReadValueId id;
  UA_ReadValueId_init(&id);
  id.nodeId = UA_NODEID_STRING(1, node);
  id.attributeId = UA_ATTRIBUTEID_VALUE;
  UA_ReadRequest request;
  UA_ReadRequest_init(&request);
  request.nodesToRead = &id;
  request.nodesToReadSize = 1;
  request.timestampsToReturn = UA_TIMESTAMPSTORETURN_BOTH;
  UA_ReadResponse response = UA_Client_Service_read(client, request);
  UA_DataValue value;
  UA_DataValue_init(&value);
  if (response.resultsSize == 1) value = response.results[0];
  UA_String text = UA_STRING_NULL;
  if (value.hasValue && value.value.type != NULL) UA_print(value.value.data, value.value.type, &text);
  UA_StatusCode status = value.hasStatus ? value.status : UA_STATUSCODE_GOOD;
  long long ms = value.hasSourceTimestamp ? (long long)((value.sourceTimestamp - UA_DATETIME_UNIX_EPOCH) / UA_DATETIME_MSEC) : 0;
  const char *type = value.hasValue && value.value.type != NULL ? value.value.type->typeName : "none";
  printf("%s=%.*s %s %lld %s\n", node, (int)text.length, (char *)text.data, UA_StatusCode_name(status), ms, type);
  UA_String_clear(&text);
  UA_ReadResponse_clear(&response);
}

int main(int argc, char **argv) {
  char *uri = "urn:scadawatch:tests:open62541-client";
  if (argc < 3) return 2;
  UA_ByteString key, certificate, trusted = readFile(argv[2], "trusted.der");
  if (!ownCertificate(argv[2], uri, &key, &certificate)) return 3;
  if (argc == 3) return 0;
  if (argc < 6) return 2;

  UA_Client *client = UA_Client_new();
  UA_ClientConfig *config = UA_Client_getConfig(client);
  UA_StatusCode set = UA_ClientConfig_setDefaultEncryption(config, certificate, key, &trusted, trusted.length > 0 ? 1 : 0, NULL, 0);
  if (set != UA_STATUSCODE_GOOD) return 4;
  UA_String_clear(&config->clientDescription.applicationUri);
  config->clientDescription.applicationUri = UA_STRING_ALLOC(uri);
  char *timeout = getenv("TIMEOUT_MS");
  config->timeout = timeout == NULL ? 2000 : (UA_UInt32)atoi(timeout);
  config->securityMode = UA_MESSAGESECURITYMODE_SIGNANDENCRYPT;
  char policy[256];
  snprintf(policy, sizeof policy, "http://opcfoundation.org/UA/SecurityPolicy#%s", argv[3]);
  config->securityPolicyUri = UA_STRING_ALLOC(policy);

  UA_StatusCode connected = UA_Client_connectUsername(client, argv[1], argv[4], argv[5]);
  printf("connect %s\n", UA_StatusCode_name(connected));
  if (connected == UA_STATUSCODE_GOOD) {
    for (int i = 6; i < argc; i++) show(client, argv[i]);
  }
  UA_Client_disconnect(client);
  UA_Client_delete(client);
  return connected == UA_STATUSCODE_GOOD ? 0 : 1;
}
