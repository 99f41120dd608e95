import { qualityName } from '../../../src/core/quality.ts';

/** StatusCodes of severity Bad as `code name`, without the leading 8 and Bad (OPC 10000-6, A.2). */
const bad = `
  001 UnexpectedError 002 InternalError 003 OutOfMemory 004 ResourceUnavailable 005 CommunicationError 006 EncodingError
  007 DecodingError 008 EncodingLimitsExceeded 009 UnknownResponse 00a Timeout 00b ServiceUnsupported 00c Shutdown
  00d ServerNotConnected 00e ServerHalted 00f NothingToDo 010 TooManyOperations 011 DataTypeIdUnknown
  012 CertificateInvalid 013 SecurityChecksFailed 014 CertificateTimeInvalid 015 CertificateIssuerTimeInvalid
  016 CertificateHostNameInvalid 017 CertificateUriInvalid 018 CertificateUseNotAllowed
  019 CertificateIssuerUseNotAllowed 01a CertificateUntrusted 01b CertificateRevocationUnknown
  01c CertificateIssuerRevocationUnknown 01d CertificateRevoked 01e CertificateIssuerRevoked 01f UserAccessDenied
  020 IdentityTokenInvalid 021 IdentityTokenRejected 022 SecureChannelIdInvalid 023 InvalidTimestamp 024 NonceInvalid
  025 SessionIdInvalid 026 SessionClosed 027 SessionNotActivated 028 SubscriptionIdInvalid 02a RequestHeaderInvalid
  02b TimestampsToReturnInvalid 02c RequestCancelledByClient 031 NoCommunication 032 WaitingForInitialData
  033 NodeIdInvalid 034 NodeIdUnknown 035 AttributeIdInvalid 036 IndexRangeInvalid 037 IndexRangeNoData
  038 DataEncodingInvalid 039 DataEncodingUnsupported 03a NotReadable 03b NotWritable 03c OutOfRange 03d NotSupported
  03e NotFound 03f ObjectDeleted 040 NotImplemented 041 MonitoringModeInvalid 042 MonitoredItemIdInvalid
  043 MonitoredItemFilterInvalid 044 MonitoredItemFilterUnsupported 045 FilterNotAllowed 046 StructureMissing
  047 EventFilterInvalid 048 ContentFilterInvalid 049 FilterOperandInvalid 04a ContinuationPointInvalid
  04b NoContinuationPoints 04c ReferenceTypeIdInvalid 04d BrowseDirectionInvalid 04e NodeNotInView 04f ServerUriInvalid
  050 ServerNameMissing 051 DiscoveryUrlMissing 052 SemaphoreFileMissing 053 RequestTypeInvalid 054 SecurityModeRejected
  055 SecurityPolicyRejected 056 TooManySessions 057 UserSignatureInvalid 058 ApplicationSignatureInvalid
  059 NoValidCertificates 05a RequestCancelledByRequest 05b ParentNodeIdInvalid 05c ReferenceNotAllowed
  05d NodeIdRejected 05e NodeIdExists 05f NodeClassInvalid 060 BrowseNameInvalid 061 BrowseNameDuplicated
  062 NodeAttributesInvalid 063 TypeDefinitionInvalid 064 SourceNodeIdInvalid 065 TargetNodeIdInvalid
  066 DuplicateReferenceNotAllowed 067 InvalidSelfReference 068 ReferenceLocalOnly 069 NoDeleteRights
  06a ServerIndexInvalid 06b ViewIdUnknown 06d TooManyMatches 06e QueryTooComplex 06f NoMatch 070 MaxAgeInvalid
  071 HistoryOperationInvalid 072 HistoryOperationUnsupported 073 WriteNotSupported 074 TypeMismatch 075 MethodInvalid
  076 ArgumentsMissing 077 TooManySubscriptions 078 TooManyPublishRequests 079 NoSubscription 07a SequenceNumberUnknown
  07b MessageNotAvailable 07c InsufficientClientProfile 07d TcpServerTooBusy 07e TcpMessageTypeInvalid
  07f TcpSecureChannelUnknown 080 TcpMessageTooLarge 081 TcpNotEnoughResources 082 TcpInternalError
  083 TcpEndpointUrlInvalid 084 RequestInterrupted 085 RequestTimeout 086 SecureChannelClosed
  087 SecureChannelTokenUnknown 088 SequenceNumberInvalid 089 ConfigurationError 08a NotConnected 08b DeviceFailure
  08c SensorFailure 08d OutOfService 08e DeadbandFilterInvalid 097 RefreshInProgress 098 ConditionAlreadyDisabled
  099 ConditionDisabled 09a EventIdUnknown 09b NoData 09d DataLost 09e DataUnavailable 09f EntryExists 0a0 NoEntryExists
  0a1 TimestampNotSupported 0ab InvalidArgument 0ac ConnectionRejected 0ad Disconnect 0ae ConnectionClosed
  0af InvalidState 0b0 EndOfStream 0b1 NoDataAvailable 0b2 WaitingForResponse 0b3 OperationAbandoned
  0b4 ExpectedStreamToBlock 0b5 WouldBlock 0b6 SyntaxError 0b7 MaxConnectionsReached 0b8 RequestTooLarge
  0b9 ResponseTooLarge 0bb EventNotAcknowledgeable 0bd InvalidTimestampArgument 0be ProtocolVersionUnsupported
  0bf StateNotActive 0c1 FilterOperatorInvalid 0c2 FilterOperatorUnsupported 0c3 FilterOperandCountMismatch
  0c4 FilterElementInvalid 0c5 FilterLiteralInvalid 0c6 IdentityChangeNotSupported 0c8 NotTypeDefinition
  0c9 ViewTimestampInvalid 0ca ViewParameterMismatch 0cb ViewVersionInvalid 0cc ConditionAlreadyEnabled
  0cd DialogNotActive 0ce DialogResponseInvalid 0cf ConditionBranchAlreadyAcked 0d0 ConditionBranchAlreadyConfirmed
  0d1 ConditionAlreadyShelved 0d2 ConditionNotShelved 0d3 ShelvingTimeOutOfRange 0d4 AggregateListMismatch
  0d5 AggregateNotSupported 0d6 AggregateInvalidInputs 0d7 BoundNotFound 0d8 BoundNotSupported
  0da AggregateConfigurationRejected 0db TooManyMonitoredItems 0e1 DominantValueChanged 0e3 DependentValueChanged
  0e4 RequestNotAllowed 0e5 TooManyArguments 0e6 SecurityModeInsufficient 0e7 DataSetIdInvalid 0e8 TransactionPending
  0e9 Locked 0ea IndexRangeDataMismatch 0ec RequiresLock 0ed LocaleNotSupported 0ee ServerTooBusy 0f0 NoValue
  0f1 TransactionFailed 10d CertificateChainIncomplete 10e LicenseExpired 10f LicenseLimitsExceeded
  110 LicenseNotAvailable 111 NotExecutable 112 NumericOverflow 113 RequestNotComplete 114 CertificatePolicyCheckFailed
  115 AlreadyExists 11f TicketRequired 120 TicketInvalid
`;

const words = bad.trim().split(/\s+/);
const names = new Map<number, string>();
for (let at = 0; at + 1 < words.length; at += 2) names.set(Number.parseInt(`8${words[at]}`, 16), `Bad${words[at + 1]}`);

/** True if a StatusCode has severity Bad. */
export const isRefusal = (status: number): boolean => status >>> 31 === 1;

/** Name of a StatusCode, else its hexadecimal form. Additional information bits do not change the name. */
export const statusName = (status: number): string => names.get(status >>> 16) ?? qualityName(status);
