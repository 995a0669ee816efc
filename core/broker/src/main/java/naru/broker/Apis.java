package naru.broker;

import java.util.ArrayList;
import java.util.List;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.message.ApiKey;
import naru.protocol.message.ApiVersionsResponse;

/** Which APIs work here, in which versions, and who serves them. What is not in this table is not advertised. */
final class Apis {

    private final Handler<?>[] handlers = new Handler<?>[ApiKey.values().length];
    private List<ApiVersionsResponse.ApiVersion> advertised;

    <M extends Message> Apis serve(ApiKey api, Handler<M> handler) {
        handlers[api.ordinal()] = handler;
        advertised = null;
        return this;
    }

    boolean serves(ApiKey api, int version) {
        return handlers[api.ordinal()] != null && version >= api.versionMin() && version <= api.stableMax();
    }

    /** The type fits: {@link #serve} is called with the handler of that API's message, and {@link ApiKey} reads it. */
    @SuppressWarnings("unchecked")
    void handle(Request request, Message body) {
        ((Handler<Message>) handlers[request.api().ordinal()]).handle(request, body);
    }

    List<ApiVersionsResponse.ApiVersion> advertised() {
        if (advertised == null) {
            var ranges = new ArrayList<ApiVersionsResponse.ApiVersion>();
            for (var api : ApiKey.values()) {
                if (handlers[api.ordinal()] != null) {
                    ranges.add(new ApiVersionsResponse.ApiVersion(api.id(), advertisedMin(api), api.stableMax()));
                }
            }
            advertised = List.copyOf(ranges);
        }
        return advertised;
    }

    /**
     * Produce is read from version 3 but advertised from 0: older librdkafka takes a higher minimum for a broker
     * without message format 2 and switches compression off. Nobody who can speak 3 speaks less.
     */
    private static short advertisedMin(ApiKey api) {
        return api == ApiKey.PRODUCE ? 0 : api.versionMin();
    }

    /** What a client of a later version hears: only which versions of ApiVersions itself it may ask for. */
    static ApiVersionsResponse unsupported() {
        var self = new ApiVersionsResponse.ApiVersion(
                ApiKey.API_VERSIONS.id(), ApiKey.API_VERSIONS.versionMin(), ApiKey.API_VERSIONS.stableMax());
        return ApiVersionsResponse.builder()
                .errorCode(ErrorCode.UNSUPPORTED_VERSION.code())
                .apiKeys(List.of(self))
                .build();
    }
}
