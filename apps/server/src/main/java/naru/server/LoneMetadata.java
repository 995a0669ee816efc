package naru.server;

import naru.metadata.MetadataLog;
import naru.metadata.QuorumRequests;
import naru.quorum.LoneMetadataLog;
import naru.quorum.LoneQuorum;

/** A node that decides alone. */
record LoneMetadata(LoneMetadataLog lone) implements NodeMetadata {

    @Override
    public MetadataLog log() {
        return lone;
    }

    @Override
    public QuorumRequests requests() {
        return new LoneQuorum(lone);
    }

    @Override
    public void start() {}

    @Override
    public void leave() {}

    @Override
    public void close() {
        lone.close();
    }
}
