package naru.server;

import naru.metadata.MetadataLog;
import naru.metadata.QuorumRequests;
import naru.quorum.LoneMetadataLog;

/** A node that decides alone. */
record LoneMetadata(LoneMetadataLog lone) implements NodeMetadata {

    @Override
    public MetadataLog log() {
        return lone;
    }

    @Override
    public QuorumRequests requests() {
        return null;
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
