/* Certificates of the independent peers: made once in a folder, kept as DER. */
#ifndef SCADAWATCH_PKI_H
#define SCADAWATCH_PKI_H

#include <open62541/plugin/create_certificate.h>
#include <open62541/plugin/log_stdout.h>
#include <open62541/types.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static UA_ByteString readFile(const char *folder, const char *name) {
  UA_ByteString bytes = UA_BYTESTRING_NULL;
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "rb");
  if (file == NULL) return bytes;
  fseek(file, 0, SEEK_END);
  long length = ftell(file);
  rewind(file);
  if (length > 0 && UA_ByteString_allocBuffer(&bytes, (size_t)length) == UA_STATUSCODE_GOOD) {
    if (fread(bytes.data, 1, bytes.length, file) != bytes.length) UA_ByteString_clear(&bytes);
  }
  fclose(file);
  return bytes;
}

static int writeFile(const char *folder, const char *name, UA_ByteString bytes) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "wb");
  if (file == NULL) return 0;
  size_t written = fwrite(bytes.data, 1, bytes.length, file);
  return fclose(file) == 0 && written == bytes.length;
}

/* Own key and certificate of the folder, made if they are not there yet. */
static int ownCertificate(const char *folder, char *uri, UA_ByteString *key, UA_ByteString *certificate) {
  *key = readFile(folder, "own.key");
  *certificate = readFile(folder, "own.der");
  if (key->length > 0 && certificate->length > 0) return 1;
  char san[512];
  snprintf(san, sizeof san, "URI:%s", uri);
  UA_String subject[2] = {UA_STRING("O=scadawatch tests"), UA_STRING("CN=open62541 peer")};
  UA_String alternative[2] = {UA_STRING("DNS:localhost"), UA_STRING(san)};
  UA_KeyValueMap *params = UA_KeyValueMap_new();
  UA_UInt16 bits = 2048;
  UA_KeyValueMap_setScalar(params, UA_QUALIFIEDNAME(0, "key-size-bits"), &bits, &UA_TYPES[UA_TYPES_UINT16]);
  UA_StatusCode made = UA_CreateCertificate(UA_Log_Stdout, subject, 2, alternative, 2, UA_CERTIFICATEFORMAT_DER, params, key, certificate);
  UA_KeyValueMap_delete(params);
  return made == UA_STATUSCODE_GOOD && writeFile(folder, "own.key", *key) && writeFile(folder, "own.der", *certificate);
}

#endif
