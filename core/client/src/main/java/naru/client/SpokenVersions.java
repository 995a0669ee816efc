package naru.client;

import java.nio.ByteBuffer;
import naru.protocol.ErrorCode;
import naru.protocol.message.ApiKey;
import naru.protocol.message.ApiVersionsRequest;
import naru.protocol.message.ApiVersionsResponse;

/** Which versions the other side speaks, as it says in ApiVersions (KIP-35, KIP-511). */
final class SpokenVersions {

    static final ApiVersionsRequest QUESTION = ApiVersionsRequest.builder()
            .clientSoftwareName("naru").clientSoftwareVersion("0.1.0").build();

    private static final int NONE = -1;

    private short[] theirMin;
    private short[] theirMax;

    /** True for an answer that only says which versions of ApiVersions itself may be asked; it comes in version 0. */
    static boolean isRefusal(ByteBuffer body) {
        return body.remaining() >= Short.BYTES && body.getShort(body.position()) == ErrorCode.UNSUPPORTED_VERSION.code();
    }

    boolean areKnown() {
        return theirMin != null;
    }

    /**
     * Takes in an answer.
     *
     * @param askedIn the version of the question
     * @return in which lower version to ask again; -1 when that is of no use
     */
    int learn(ApiVersionsResponse answer, int askedIn) {
        if (answer.errorCode() == ErrorCode.NONE.code()) {
            theirMin = new short[ApiKey.values().length];
            theirMax = new short[ApiKey.values().length];
            java.util.Arrays.fill(theirMax, (short) NONE);
            for (var api : answer.apiKeys()) {
                var known = ApiKey.of(api.apiKey());
                if (known != null) {
                    theirMin[known.ordinal()] = api.minVersion();
                    theirMax[known.ordinal()] = api.maxVersion();
                }
            }
            return NONE;
        }
        if (answer.errorCode() != ErrorCode.UNSUPPORTED_VERSION.code() || askedIn == 0) {
            return NONE;
        }
        for (var api : answer.apiKeys()) {
            if (api.apiKey() == ApiKey.API_VERSIONS.id() && api.maxVersion() >= 0 && api.maxVersion() < askedIn) {
                return api.maxVersion();
            }
        }
        return 0;
    }

    /** The newest version up to {@code max} that both sides know; -1 when there is none, or nothing is known yet. */
    int best(ApiKey api, int max) {
        if (!areKnown()) {
            return NONE;
        }
        int newest = Math.min(Math.min(api.stableMax(), max), theirMax[api.ordinal()]);
        return newest >= Math.max(api.versionMin(), theirMin[api.ordinal()]) ? newest : NONE;
    }
}
