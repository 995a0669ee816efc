package naru.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import naru.metadata.Features;
import naru.protocol.ErrorCode;
import naru.protocol.message.ApiVersionsRequest;
import naru.protocol.message.ApiVersionsResponse;

/** ApiVersions (API key 18): the first thing a client asks, and what it then believes about us. */
final class ApiVersionsHandler implements Handler<ApiVersionsRequest> {

    private static final Pattern SOFTWARE_NAME = Pattern.compile("[a-zA-Z0-9](?:[a-zA-Z0-9\\-.]*[a-zA-Z0-9])?");

    private static final short KNOWS_LEVEL_ZERO = 4;

    private final LaneBroker lane;
    private final Apis apis;

    /** @param apis what is served where this handler is asked */
    ApiVersionsHandler(LaneBroker lane, Apis apis) {
        this.lane = lane;
        this.apis = apis;
    }

    @Override
    public void handle(Request request, ApiVersionsRequest asked) {
        if (request.version() >= 3 && !isNamed(asked)) {
            request.answer(ApiVersionsResponse.builder().errorCode(ErrorCode.INVALID_REQUEST.code()).build());
            return;
        }
        request.answer(answer(request.version()));
    }

    private static boolean isNamed(ApiVersionsRequest asked) {
        return SOFTWARE_NAME.matcher(asked.clientSoftwareName()).matches()
                && SOFTWARE_NAME.matcher(asked.clientSoftwareVersion()).matches();
    }

    private ApiVersionsResponse answer(short version) {
        var finalized = new ArrayList<ApiVersionsResponse.FinalizedFeatureKey>();
        lane.cluster().features().forEach((name, level) ->
                finalized.add(new ApiVersionsResponse.FinalizedFeatureKey(name, level, level)));
        short quorum = lane.broker().metadata().quorumVersion();
        if (quorum > 0) {
            finalized.add(new ApiVersionsResponse.FinalizedFeatureKey(Features.QUORUM.name(), quorum, quorum));
        }
        return ApiVersionsResponse.builder()
                .apiKeys(apis.advertised())
                .supportedFeatures(supported(version))
                .finalizedFeatures(finalized)
                .finalizedFeaturesEpoch(finalized.isEmpty() ? -1 : 1)
                .build();
    }

    /** Before version 4, readers take a level 0 for an error (KIP-1022). */
    private static List<ApiVersionsResponse.SupportedFeatureKey> supported(short version) {
        return Features.all().filter(one -> version >= KNOWS_LEVEL_ZERO || one.min() > 0)
                .map(one -> new ApiVersionsResponse.SupportedFeatureKey(one.name(), one.min(), one.max())).toList();
    }
}
