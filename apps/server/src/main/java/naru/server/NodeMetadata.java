package naru.server;

import naru.metadata.MetadataLog;
import naru.metadata.QuorumRequests;

/** The metadata log of this node, and what keeps it going. */
interface NodeMetadata {

    MetadataLog log();

    /** Null where no other node asks anything. */
    QuorumRequests requests();

    /** The lanes run from now on. */
    void start();

    /** Lets the others know that this node goes; the lanes still run. Blocks for a bounded time. */
    void leave() throws InterruptedException;

    /** Blocking. */
    void close() throws InterruptedException;
}
