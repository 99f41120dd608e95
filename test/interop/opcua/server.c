/*
 * An OPC UA server by an independent stack (open62541), with security: server PORT FOLDER USER PASSPHRASE [deprecated].
 * FOLDER/trusted.der is the only client that may come; own.der appears before "ready" is printed. FOLDER/user.der is the only
 * user who may log in by a certificate. What clients ask is recorded. With "deprecated", Basic128Rsa15, Basic256 and no security at all are offered too.
 */
#include "clear.h"
#include "pki.h"
#include <math.h>
#include <open62541/plugin/accesscontrol_default.h>
#include <open62541/plugin/pki_default.h>
#include <open62541/server.h>
#include <open62541/server_config_default.h>
#include <signal.h>

static volatile UA_Boolean running = true;

static void stop(int signal) {
  (void)signal;
  running = false;
}

static void serve(UA_Server *server, char *name, const void *value, const UA_DataType *type, size_t length) {
  UA_VariableAttributes attributes = UA_VariableAttributes_default;
  attributes.displayName = UA_LOCALIZEDTEXT("en", name);
  attributes.dataType = type->typeId;
  attributes.accessLevel = UA_ACCESSLEVELMASK_READ;
  if (length > 0) {
    attributes.valueRank = UA_VALUERANK_ONE_DIMENSION;
    UA_UInt32 dimension = (UA_UInt32)length;
    attributes.arrayDimensions = &dimension;
    attributes.arrayDimensionsSize = 1;
    UA_Variant_setArray(&attributes.value, (void *)(uintptr_t)value, length, type);
    UA_Server_addVariableNode(server, UA_NODEID_STRING(1, name), UA_NODEID_NUMERIC(0, UA_NS0ID_OBJECTSFOLDER),
                              UA_NODEID_NUMERIC(0, UA_NS0ID_ORGANIZES), UA_QUALIFIEDNAME(1, name),
                              UA_NODEID_NUMERIC(0, UA_NS0ID_BASEDATAVARIABLETYPE), attributes, NULL, NULL);
    return;
  }
  UA_Variant_setScalar(&attributes.value, (void *)(uintptr_t)value, type);
  UA_Server_addVariableNode(server, UA_NODEID_STRING(1, name), UA_NODEID_NUMERIC(0, UA_NS0ID_OBJECTSFOLDER),
                            UA_NODEID_NUMERIC(0, UA_NS0ID_ORGANIZES), UA_QUALIFIEDNAME(1, name),
                            UA_NODEID_NUMERIC(0, UA_NS0ID_BASEDATAVARIABLETYPE), attributes, NULL, NULL);
}

static void put(UA_Server *server, char *name, double number, UA_StatusCode status) {
  UA_DataValue value;
  UA_DataValue_init(&value);
  UA_Variant_setScalar(&value.value, &number, &UA_TYPES[UA_TYPES_DOUBLE]);
  value.hasValue = true;
  value.status = status;
  value.hasStatus = status != UA_STATUSCODE_GOOD;
  value.sourceTimestamp = UA_DateTime_now();
  value.hasSourceTimestamp = true;
  UA_Server_writeDataValue(server, UA_NODEID_STRING(1, name), value);
}

static UA_NodeId child(char *id) { return UA_NODEID_STRING(1, id); }

/* A property of a node: what tells a client the meaning of its values. */
static void property(UA_Server *server, UA_NodeId parent, char *name, void *value, const UA_DataType *type, size_t length) {
  UA_VariableAttributes attributes = UA_VariableAttributes_default;
  attributes.displayName = UA_LOCALIZEDTEXT("en", name);
  attributes.dataType = type->typeId;
  attributes.accessLevel = UA_ACCESSLEVELMASK_READ;
  UA_UInt32 dimension = (UA_UInt32)length;
  if (length > 0) {
    attributes.valueRank = UA_VALUERANK_ONE_DIMENSION;
    attributes.arrayDimensions = &dimension;
    attributes.arrayDimensionsSize = 1;
    UA_Variant_setArray(&attributes.value, value, length, type);
  } else UA_Variant_setScalar(&attributes.value, value, type);
  UA_Server_addVariableNode(server, UA_NODEID_NULL, parent, UA_NODEID_NUMERIC(0, UA_NS0ID_HASPROPERTY),
                            UA_QUALIFIEDNAME(0, name), UA_NODEID_NUMERIC(0, UA_NS0ID_PROPERTYTYPE), attributes, NULL, NULL);
}

static void folder(UA_Server *server, UA_NodeId parent, char *id, char *name) {
  UA_ObjectAttributes attributes = UA_ObjectAttributes_default;
  attributes.displayName = UA_LOCALIZEDTEXT("en", name);
  UA_Server_addObjectNode(server, child(id), parent, UA_NODEID_NUMERIC(0, UA_NS0ID_ORGANIZES), UA_QUALIFIEDNAME(1, name),
                          UA_NODEID_NUMERIC(0, UA_NS0ID_FOLDERTYPE), attributes, NULL, NULL);
}

static void variable(UA_Server *server, char *parent, char *id, char *name, char *text, void *value, const UA_DataType *type,
                     UA_NodeId dataType) {
  UA_VariableAttributes attributes = UA_VariableAttributes_default;
  attributes.displayName = UA_LOCALIZEDTEXT("en", name);
  attributes.description = UA_LOCALIZEDTEXT("en", text);
  attributes.dataType = dataType;
  attributes.accessLevel = UA_ACCESSLEVELMASK_READ;
  UA_Variant_setScalar(&attributes.value, value, type);
  UA_Server_addVariableNode(server, child(id), child(parent), UA_NODEID_NUMERIC(0, UA_NS0ID_HASCOMPONENT),
                            UA_QUALIFIEDNAME(1, name), UA_NODEID_NUMERIC(0, UA_NS0ID_BASEDATAVARIABLETYPE), attributes, NULL,
                            NULL);
}

/* Two stations that describe themselves: ranges, units, states, and an enumeration of the server's own. */
static void describeStations(UA_Server *server) {
  /* Values of an enumeration are of its own type, coded like any other. */
  static UA_DataType enumeration;
  UA_NodeId valveState = UA_NODEID_STRING(1, "ValveState");
  enumeration = UA_TYPES[UA_TYPES_SERVERSTATE];
  enumeration.typeId = valveState;
  UA_DataTypeAttributes type = UA_DataTypeAttributes_default;
  type.displayName = UA_LOCALIZEDTEXT("en", "ValveState");
  UA_Server_addDataTypeNode(server, valveState, UA_NODEID_NUMERIC(0, UA_NS0ID_ENUMERATION),
                            UA_NODEID_NUMERIC(0, UA_NS0ID_HASSUBTYPE), UA_QUALIFIEDNAME(1, "ValveState"), type, NULL, NULL);
  UA_LocalizedText positions[3] = {UA_LOCALIZEDTEXT("en", "closed"), UA_LOCALIZEDTEXT("en", "open"),
                                   UA_LOCALIZEDTEXT("en", "moving")};
  property(server, valveState, "EnumStrings", positions, &UA_TYPES[UA_TYPES_LOCALIZEDTEXT], 3);

  UA_LocalizedText off = UA_LOCALIZEDTEXT("en", "stopped"), on = UA_LOCALIZEDTEXT("en", "running");
  UA_EnumValueType modes[2];
  for (int i = 0; i < 2; i++) UA_EnumValueType_init(&modes[i]);
  modes[0].value = 1;
  modes[0].displayName = UA_LOCALIZEDTEXT("en", "hand");
  modes[1].value = 7;
  modes[1].displayName = UA_LOCALIZEDTEXT("en", "automatic");
  UA_Range range = {0, 250};
  UA_EUInformation unit;
  UA_EUInformation_init(&unit);
  unit.displayName = UA_LOCALIZEDTEXT("en", "m\u00b3/h");

  UA_Double flow = 120.5;
  UA_Boolean run = true;
  UA_UInt16 mode = 7;
  UA_Int32 valve = 1;
  folder(server, UA_NODEID_NUMERIC(0, UA_NS0ID_OBJECTSFOLDER), "stations", "Stations");
  char *names[2] = {"North", "South"};
  for (int i = 0; i < 2; i++) {
    char ids[6][40];
    char *parts[6] = {"", "/P1", "/P1/Flow", "/P1/Run", "/P1/Mode", "/P1/Valve"};
    for (int j = 0; j < 6; j++) snprintf(ids[j], sizeof ids[j], "%s%s", names[i], parts[j]);
    folder(server, child("stations"), ids[0], names[i]);
    folder(server, child(ids[0]), ids[1], "P1");
    const UA_DataType *types = UA_TYPES;
    variable(server, ids[1], ids[2], "Flow", "Flow to the net", &flow, &types[UA_TYPES_DOUBLE], types[UA_TYPES_DOUBLE].typeId);
    property(server, child(ids[2]), "EURange", &range, &types[UA_TYPES_RANGE], 0);
    property(server, child(ids[2]), "EngineeringUnits", &unit, &types[UA_TYPES_EUINFORMATION], 0);
    variable(server, ids[1], ids[3], "Run", "", &run, &types[UA_TYPES_BOOLEAN], types[UA_TYPES_BOOLEAN].typeId);
    property(server, child(ids[3]), "FalseState", &off, &types[UA_TYPES_LOCALIZEDTEXT], 0);
    property(server, child(ids[3]), "TrueState", &on, &types[UA_TYPES_LOCALIZEDTEXT], 0);
    variable(server, ids[1], ids[4], "Mode", "", &mode, &types[UA_TYPES_UINT16], types[UA_TYPES_UINT16].typeId);
    property(server, child(ids[4]), "EnumValues", modes, &types[UA_TYPES_ENUMVALUETYPE], 2);
    variable(server, ids[1], ids[5], "Valve", "", &valve, &enumeration, valveState);
  }
}

static double ramp = 0;

static void advance(UA_Server *server, void *data) {
  (void)data;
  ramp += 1;
  put(server, "RAMP", ramp, UA_STATUSCODE_GOOD);
}

int main(int argc, char **argv) {
  if (argc < 5 || argc > 6) return 2;
  UA_Boolean deprecated = argc == 6 && strcmp(argv[5], "deprecated") == 0;
  char *uri = "urn:scadawatch:tests:open62541-server";
  UA_ByteString key, certificate, trusted = readFile(argv[2], "trusted.der"), user = readFile(argv[2], "user.der");
  if (!ownCertificate(argv[2], uri, &key, &certificate)) return 3;
  signal(SIGTERM, stop);
  signal(SIGINT, stop);

  UA_Server *server = UA_Server_new();
  UA_ServerConfig *config = UA_Server_getConfig(server);
  UA_UInt16 port = (UA_UInt16)atoi(argv[1]);
  size_t clients = trusted.length > 0 ? 1 : 0;
  UA_StatusCode set = UA_ServerConfig_setDefaultWithSecureSecurityPolicies(config, port, &certificate, &key, &trusted, clients,
                                                                           NULL, 0, NULL, 0);
  if (set != UA_STATUSCODE_GOOD) return 4;
  if (deprecated) {
    UA_String none = UA_STRING("http://opcfoundation.org/UA/SecurityPolicy#None");
    UA_String basic256 = UA_STRING("http://opcfoundation.org/UA/SecurityPolicy#Basic256");
    UA_String basic128 = UA_STRING("http://opcfoundation.org/UA/SecurityPolicy#Basic128Rsa15");
    if (UA_ServerConfig_addSecurityPolicyBasic256(config, &certificate, &key) != UA_STATUSCODE_GOOD ||
        UA_ServerConfig_addSecurityPolicyBasic128Rsa15(config, &certificate, &key) != UA_STATUSCODE_GOOD ||
        UA_ServerConfig_addEndpoint(config, basic256, UA_MESSAGESECURITYMODE_SIGNANDENCRYPT) != UA_STATUSCODE_GOOD ||
        UA_ServerConfig_addEndpoint(config, basic128, UA_MESSAGESECURITYMODE_SIGNANDENCRYPT) != UA_STATUSCODE_GOOD ||
        UA_ServerConfig_addEndpoint(config, none, UA_MESSAGESECURITYMODE_NONE) != UA_STATUSCODE_GOOD)
      return 8;
  }
  if (!recordClear(config)) return 9;
  UA_String_clear(&config->applicationDescription.applicationUri);
  config->applicationDescription.applicationUri = UA_STRING_ALLOC(uri);
  for (size_t i = 0; i < config->endpointsSize; i++) {
    UA_String_clear(&config->endpoints[i].server.applicationUri);
    config->endpoints[i].server.applicationUri = UA_STRING_ALLOC(uri);
  }
  /* Loopback alone: a test never listens to the network. */
  char url[64];
  snprintf(url, sizeof url, "opc.tcp://127.0.0.1:%s", argv[1]);
  UA_Array_delete(config->serverUrls, config->serverUrlsSize, &UA_TYPES[UA_TYPES_STRING]);
  config->serverUrls = (UA_String *)UA_Array_new(1, &UA_TYPES[UA_TYPES_STRING]);
  config->serverUrls[0] = UA_STRING_ALLOC(url);
  config->serverUrlsSize = 1;
  /* Users' certificates are judged by a list of their own. */
  if (user.length > 0) {
    if (config->sessionPKI.clear != NULL) config->sessionPKI.clear(&config->sessionPKI);
    if (UA_CertificateVerification_Trustlist(&config->sessionPKI, &user, 1, NULL, 0, NULL, 0) != UA_STATUSCODE_GOOD) return 7;
  }
  UA_UsernamePasswordLogin login = {UA_STRING(argv[3]), UA_STRING(argv[4])};
  if (UA_AccessControl_default(config, false, NULL, 1, &login) != UA_STATUSCODE_GOOD) return 5;

  UA_Double level = 3.25, list[3] = {1, 2, 3};
  UA_Float nan = NAN;
  UA_Boolean run = true;
  UA_UInt32 count = 4000000000u;
  UA_Int64 total = 9007199254740993LL, deep = -5;
  UA_String batch = UA_STRING("B-17");
  serve(server, "LEVEL", &level, &UA_TYPES[UA_TYPES_DOUBLE], 0);
  serve(server, "RAMP", &ramp, &UA_TYPES[UA_TYPES_DOUBLE], 0);
  serve(server, "FAILED", &level, &UA_TYPES[UA_TYPES_DOUBLE], 0);
  serve(server, "RUN", &run, &UA_TYPES[UA_TYPES_BOOLEAN], 0);
  serve(server, "COUNT", &count, &UA_TYPES[UA_TYPES_UINT32], 0);
  serve(server, "TOTAL", &total, &UA_TYPES[UA_TYPES_INT64], 0);
  serve(server, "DEEP", &deep, &UA_TYPES[UA_TYPES_INT64], 0);
  serve(server, "BATCH", &batch, &UA_TYPES[UA_TYPES_STRING], 0);
  serve(server, "NAN", &nan, &UA_TYPES[UA_TYPES_FLOAT], 0);
  serve(server, "LIST", list, &UA_TYPES[UA_TYPES_DOUBLE], 3);
  put(server, "FAILED", level, UA_STATUSCODE_BADSENSORFAILURE);
  describeStations(server);
  UA_Server_addRepeatedCallback(server, advance, NULL, 100, NULL);

  if (UA_Server_run_startup(server) != UA_STATUSCODE_GOOD) return 6;
  printf("ready\n");
  fflush(stdout);
  while (running) UA_Server_run_iterate(server, true);
  UA_Server_run_shutdown(server);
  UA_Server_delete(server);
  UA_ByteString_clear(&key);
  UA_ByteString_clear(&certificate);
  UA_ByteString_clear(&trusted);
  UA_ByteString_clear(&user);
  return 0;
}
