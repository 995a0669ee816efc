package naru.differential;

import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import naru.protocol.message.ApiKey;
import naru.protocol.message.ApiVersionsRequest;
import naru.protocol.message.ApiVersionsResponse;

/** Holds every conversation with one broker. */
final class Interview {

    private final Wire.Door door;
    private final SortedMap<ApiKey, SortedSet<Integer>> versions;

    Interview(Wire.Door door) {
        this.door = door;
        this.versions = advertised(door);
    }

    /** In every version that the broker offers and that we know. */
    Recording about(Scenario scenario) {
        return about(scenario, versions.getOrDefault(scenario.about(), new TreeSet<>()));
    }

    /** In the versions of another recording, as far as this broker offers them. */
    Recording about(Scenario scenario, SortedSet<Integer> wanted) {
        var transcripts = new TreeMap<Integer, Transcript>();
        for (int version : wanted) {
            if (versions.getOrDefault(scenario.about(), new TreeSet<>()).contains(version)) {
                transcripts.put(version, Conversation.hold(scenario, version, door));
            }
        }
        return new Recording(transcripts);
    }

    private static SortedMap<ApiKey, SortedSet<Integer>> advertised(Wire.Door door) {
        var versions = new TreeMap<ApiKey, SortedSet<Integer>>();
        var asking = new Scenario("versions", ApiKey.API_VERSIONS, (with, version) -> {
            ApiVersionsResponse answer = with.quietly(version, ApiVersionsRequest.builder()
                    .clientSoftwareName("naru").clientSoftwareVersion("1").build());
            for (var range : answer.apiKeys()) {
                var api = ApiKey.of(range.apiKey());
                if (api != null) {
                    var both = new TreeSet<Integer>();
                    for (int v = Math.max(range.minVersion(), api.versionMin()); v <= Math.min(range.maxVersion(), api.stableMax()); v++) {
                        both.add(v);
                    }
                    versions.put(api, both);
                }
            }
        });
        Conversation.hold(asking, 4, door);
        return versions;
    }
}
