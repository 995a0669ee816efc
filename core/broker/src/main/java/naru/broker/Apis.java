package naru.broker;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.message.ApiKey;
import naru.protocol.message.ApiVersionsResponse;

/**
 * Which APIs work here, in which versions, and who serves them. What is not in this table is not advertised. Who serves an
 * API is made when the first asks for it: nobody asks for all of them, and a start that made them all would be longer.
 */
final class Apis {

    /** Makes the handler of an API's message. */
    interface Maker {
        Handler<?> handlerOf(ApiKey api);
    }

    private final Maker[] makers = new Maker[ApiKey.values().length];
    private final Handler<?>[] handlers = new Handler<?>[ApiKey.values().length];
    private List<ApiVersionsResponse.ApiVersion> advertised;

    Apis serve(Set<ApiKey> apis, Maker maker) {
        for (var api : apis) {
            makers[api.ordinal()] = maker;
        }
        advertised = null;
        return this;
    }

    <M extends Message> Apis serve(ApiKey api, Handler<M> handler) {
        handlers[api.ordinal()] = handler;
        return serve(EnumSet.of(api), _ -> handler);
    }

    boolean serves(ApiKey api, int version) {
        return isServed(api) && version >= api.versionMin() && version <= api.stableMax();
    }

    private boolean isServed(ApiKey api) {
        return makers[api.ordinal()] != null;
    }

    /** The type fits: a maker makes the handler of that API's message, and {@link ApiKey} reads it. */
    @SuppressWarnings("unchecked")
    void handle(Request request, Message body) {
        ((Handler<Message>) handlerOf(request.api())).handle(request, body);
    }

    Handler<?> handlerOf(ApiKey api) {
        var handler = handlers[api.ordinal()];
        if (handler == null) {
            handler = makers[api.ordinal()].handlerOf(api);
            handlers[api.ordinal()] = handler;
        }
        return handler;
    }

    List<ApiVersionsResponse.ApiVersion> advertised() {
        if (advertised == null) {
            var ranges = new ArrayList<ApiVersionsResponse.ApiVersion>();
            for (var api : ApiKey.values()) {
                if (isServed(api)) {
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
