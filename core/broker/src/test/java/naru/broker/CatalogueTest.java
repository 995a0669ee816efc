package naru.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import naru.protocol.message.ApiKey;
import org.junit.jupiter.api.Test;

class CatalogueTest {

    /** No handler looks at its lane before it is asked. */
    private static final LaneBroker NO_LANE = null;

    @Test
    void whatIsAdvertisedIsServedBySomebodyAndByTheSameEachTime() {
        var apis = Catalogue.of(NO_LANE, true);
        var advertised = EnumSet.noneOf(ApiKey.class);
        apis.advertised().forEach(one -> advertised.add(ApiKey.of(one.apiKey())));
        assertThat(advertised).hasSize(60);
        for (var api : advertised) {
            assertThat(apis.handlerOf(api)).as(api.name()).isNotNull().isSameAs(apis.handlerOf(api));
        }
    }

    @Test
    void onlyWhereThereIsAQuorumItIsAdvertised() {
        var advertised = Catalogue.of(NO_LANE, false).advertised();
        assertThat(advertised).hasSize(57).noneMatch(one -> one.apiKey() == ApiKey.DESCRIBE_QUORUM.id());
    }
}
