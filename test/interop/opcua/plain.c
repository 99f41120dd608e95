/*
 * An OPC UA server by an independent stack (open62541) without security, for loopback alone: plain PORT [key=value...].
 * What clients ask is recorded.
 *   nodes=N    variables ns=1;s=N0 ... below folders A0, A1 ... of 100 each (1000)
 *   period=MS  all of them get a new value so often; 0: never (100)
 *   token=MS   life of the token of a secure channel, which its client renews before (as long as the client wishes)
 *   odd=N      nodes that no tag can have: HUGE and ANY (arrays of N numbers; the second does not say that it is one), LONG (a
 *              text of 2 MB), and MIXED, which is a number, NaN, a text and nothing in turns; LOOP contains itself
 *   read browse translate call perSubscription subscriptions items references=N   limits, which are said and kept (0: none)
 */
#include "../record.h"
#include <math.h>
#include <open62541/server.h>
#include <open62541/server_config_default.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static volatile UA_Boolean running = true;
static UA_UInt32 nodes = 1000;
static UA_UInt32 rounds = 0;
static UA_NodeId *ids;

static void stop(int signal) {
  (void)signal;
  running = false;
}

static long option(int argc, char **argv, const char *key, long otherwise) {
  size_t length = strlen(key);
  for (int i = 2; i < argc; i++) {
    if (strncmp(argv[i], key, length) == 0 && argv[i][length] == '=') return atol(argv[i] + length + 1);
  }
  return otherwise;
}

static UA_NodeId folder(UA_Server *server, UA_NodeId parent, char *name) {
  UA_ObjectAttributes attributes = UA_ObjectAttributes_default;
  attributes.displayName = UA_LOCALIZEDTEXT("en", name);
  UA_NodeId id = UA_NODEID_STRING_ALLOC(1, name);
  UA_Server_addObjectNode(server, id, parent, UA_NODEID_NUMERIC(0, UA_NS0ID_ORGANIZES), UA_QUALIFIEDNAME(1, name),
                          UA_NODEID_NUMERIC(0, UA_NS0ID_FOLDERTYPE), attributes, NULL, NULL);
  return id;
}

static UA_NodeId variable(UA_Server *server, UA_NodeId parent, char *name, UA_Variant value, UA_NodeId type, UA_Int32 rank) {
  UA_VariableAttributes attributes = UA_VariableAttributes_default;
  attributes.displayName = UA_LOCALIZEDTEXT("en", name);
  attributes.dataType = type;
  attributes.valueRank = rank;
  attributes.accessLevel = UA_ACCESSLEVELMASK_READ;
  attributes.value = value;
  UA_UInt32 dimension = 0;
  if (rank == UA_VALUERANK_ONE_DIMENSION) {
    attributes.arrayDimensions = &dimension;
    attributes.arrayDimensionsSize = 1;
  }
  UA_NodeId id = UA_NODEID_STRING_ALLOC(1, name);
  UA_StatusCode added = UA_Server_addVariableNode(server, id, parent, UA_NODEID_NUMERIC(0, UA_NS0ID_ORGANIZES),
                                                  UA_QUALIFIEDNAME(1, name), UA_NODEID_NUMERIC(0, UA_NS0ID_BASEDATAVARIABLETYPE),
                                                  attributes, NULL, NULL);
  if (added != UA_STATUSCODE_GOOD) fprintf(stderr, "%s: %s\n", name, UA_StatusCode_name(added));
  return id;
}

static UA_Variant scalar(void *value, size_t type) {
  UA_Variant variant;
  UA_Variant_setScalar(&variant, value, &UA_TYPES[type]);
  return variant;
}

static void advance(UA_Server *server, void *data) {
  (void)data;
  rounds++;
  UA_DataValue value;
  UA_DataValue_init(&value);
  UA_Double number;
  value.hasValue = true;
  value.hasSourceTimestamp = true;
  value.sourceTimestamp = UA_DateTime_now();
  for (UA_UInt32 i = 0; i < nodes; i++) {
    number = (UA_Double)rounds + (UA_Double)i / 65536.0;
    value.value = scalar(&number, UA_TYPES_DOUBLE);
    UA_Server_writeDataValue(server, ids[i], value);
  }
}

static void confuse(UA_Server *server, void *data) {
  UA_NodeId *mixed = (UA_NodeId *)data;
  static int turn = 0;
  UA_Double number = 1.5, nan = NAN;
  UA_String text = UA_STRING("17");
  UA_Variant nothing;
  UA_Variant_init(&nothing);
  UA_Variant values[4] = {scalar(&number, UA_TYPES_DOUBLE), scalar(&nan, UA_TYPES_DOUBLE), scalar(&text, UA_TYPES_STRING), nothing};
  UA_Server_writeValue(server, *mixed, values[turn++ % 4]);
}

static void addOdd(UA_Server *server, size_t length) {
  UA_NodeId objects = UA_NODEID_NUMERIC(0, UA_NS0ID_OBJECTSFOLDER), any = UA_NODEID_NUMERIC(0, UA_NS0ID_BASEDATATYPE);
  UA_Double *list = (UA_Double *)calloc(length, sizeof(UA_Double));
  UA_Variant array;
  UA_Variant_setArray(&array, list, length, &UA_TYPES[UA_TYPES_DOUBLE]);
  variable(server, objects, "HUGE", array, UA_TYPES[UA_TYPES_DOUBLE].typeId, UA_VALUERANK_ONE_DIMENSION);
  variable(server, objects, "ANY", array, UA_TYPES[UA_TYPES_DOUBLE].typeId, UA_VALUERANK_ANY);
  free(list);
  UA_String text;
  UA_ByteString_allocBuffer(&text, 2000000);
  memset(text.data, 'x', text.length);
  variable(server, objects, "LONG", scalar(&text, UA_TYPES_STRING), UA_TYPES[UA_TYPES_STRING].typeId, UA_VALUERANK_SCALAR);
  UA_String_clear(&text);
  static UA_NodeId mixed;
  UA_Double number = 1.5;
  mixed = variable(server, objects, "MIXED", scalar(&number, UA_TYPES_DOUBLE), any, UA_VALUERANK_SCALAR);
  UA_Server_addRepeatedCallback(server, confuse, &mixed, 150, NULL);
  UA_NodeId loop = folder(server, objects, "LOOP");
  UA_Server_addReference(server, loop, UA_NODEID_NUMERIC(0, UA_NS0ID_ORGANIZES), UA_EXPANDEDNODEID_STRING(1, "LOOP"), true);
}

int main(int argc, char **argv) {
  if (argc < 2) return 2;
  signal(SIGTERM, stop);
  signal(SIGINT, stop);
  nodes = (UA_UInt32)option(argc, argv, "nodes", 1000);

  UA_Server *server = UA_Server_new();
  UA_ServerConfig *config = UA_Server_getConfig(server);
  if (UA_ServerConfig_setMinimal(config, (UA_UInt16)atoi(argv[1]), NULL) != UA_STATUSCODE_GOOD) return 4;
  /* Loopback alone: a test never listens to the network. */
  char url[64];
  snprintf(url, sizeof url, "opc.tcp://127.0.0.1:%s", argv[1]);
  UA_Array_delete(config->serverUrls, config->serverUrlsSize, &UA_TYPES[UA_TYPES_STRING]);
  config->serverUrls = (UA_String *)UA_Array_new(1, &UA_TYPES[UA_TYPES_STRING]);
  config->serverUrls[0] = UA_STRING_ALLOC(url);
  config->serverUrlsSize = 1;
  config->maxNotificationsPerPublish = 10000;
  config->publishingIntervalLimits.min = 5;
  config->samplingIntervalLimits.min = 5;
  config->queueSizeLimits.max = 10000;
  config->maxNodesPerRead = (UA_UInt32)option(argc, argv, "read", 0);
  config->maxNodesPerBrowse = (UA_UInt32)option(argc, argv, "browse", 0);
  config->maxNodesPerTranslateBrowsePathsToNodeIds = (UA_UInt32)option(argc, argv, "translate", 0);
  config->maxMonitoredItemsPerCall = (UA_UInt32)option(argc, argv, "call", 0);
  config->maxMonitoredItemsPerSubscription = (UA_UInt32)option(argc, argv, "perSubscription", 0);
  config->maxSubscriptionsPerSession = (UA_UInt32)option(argc, argv, "subscriptions", 0);
  config->maxMonitoredItems = (UA_UInt32)option(argc, argv, "items", 0);
  long token = option(argc, argv, "token", 0);
  if (token > 0) config->maxSecurityTokenLifetime = (UA_UInt32)token;
  config->maxReferencesPerNode = (UA_UInt32)option(argc, argv, "references", 0);

  ids = (UA_NodeId *)calloc(nodes + 1, sizeof(UA_NodeId));
  UA_NodeId area = UA_NODEID_NUMERIC(0, UA_NS0ID_OBJECTSFOLDER);
  for (UA_UInt32 i = 0; i < nodes; i++) {
    char name[32];
    if (i % 100 == 0) {
      snprintf(name, sizeof name, "A%u", i / 100);
      area = folder(server, UA_NODEID_NUMERIC(0, UA_NS0ID_OBJECTSFOLDER), name);
    }
    UA_Double number = (UA_Double)i / 65536.0;
    snprintf(name, sizeof name, "N%u", i);
    ids[i] = variable(server, area, name, scalar(&number, UA_TYPES_DOUBLE), UA_TYPES[UA_TYPES_DOUBLE].typeId, UA_VALUERANK_SCALAR);
  }
  long odd = option(argc, argv, "odd", 0);
  if (odd > 0) addOdd(server, (size_t)odd);
  long period = option(argc, argv, "period", 100);
  if (period > 0) UA_Server_addRepeatedCallback(server, advance, NULL, (UA_Double)period, NULL);

  if (UA_Server_run_startup(server) != UA_STATUSCODE_GOOD) return 6;
  printf("ready\n");
  fflush(stdout);
  while (running) UA_Server_run_iterate(server, true);
  UA_Server_run_shutdown(server);
  UA_Server_delete(server);
  return 0;
}
