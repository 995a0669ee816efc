package naru.broker;

import java.util.ArrayList;
import java.util.regex.Pattern;
import naru.protocol.ErrorCode;
import naru.protocol.message.ApiVersionsRequest;
import naru.protocol.message.ApiVersionsResponse;

/** ApiVersions (API key 18): the first thing a client asks, and what it then believes about us. */
final class ApiVersionsHandler implements Handler<ApiVersionsRequest> {

    private static final Pattern SOFTWARE_NAME = Pattern.compile("[a-zA-Z0-9](?:[a-zA-Z0-9\\-.]*[a-zA-Z0-9])?");

    private final LaneBroker lane;

    ApiVersionsHandler(LaneBroker lane) {
        this.lane = lane;
    }

    @Override
    public void handle(Request request, ApiVersionsRequest asked) {
        if (request.version() >= 3 && !isNamed(asked)) {
            request.answer(ApiVersionsResponse.builder().errorCode(ErrorCode.INVALID_REQUEST.code()).build());
            return;
        }
        request.answer(answer());
    }

    private static boolean isNamed(ApiVersionsRequest asked) {
        return SOFTWARE_NAME.matcher(asked.clientSoftwareName()).matches()
                && SOFTWARE_NAME.matcher(asked.clientSoftwareVersion()).matches();
    }

    private ApiVersionsResponse answer() {
        var finalized = new ArrayList<ApiVersionsResponse.FinalizedFeatureKey>();
        lane.cluster().features().forEach((name, level) ->
                finalized.add(new ApiVersionsResponse.FinalizedFeatureKey(name, level, level)));
        return ApiVersionsResponse.builder()
                .apiKeys(lane.apis().advertised())
                .finalizedFeatures(finalized)
                .finalizedFeaturesEpoch(finalized.isEmpty() ? -1 : 1)
                .build();
    }
}
