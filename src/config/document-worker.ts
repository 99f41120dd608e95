import { RpcServer } from '../core/rpc-server.ts';
import { starterPort } from '../core/rpc-ports.ts';
import { readDocument } from './document.ts';
import type { DocumentCalls } from './document-thread.ts';

new RpcServer<DocumentCalls>(starterPort(), { read: ({ text, file }) => readDocument(text, file).value });
