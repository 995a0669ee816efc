package naru.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

class ErrorCodeTest {

    @Test
    void everyNumberHasTheNameThatClientsKnow() {
        for (var theirs : Errors.values()) {
            var ours = ErrorCode.of(theirs.code());
            assertThat(ours.name()).isEqualTo(theirs.name());
            assertThat(ours.code()).isEqualTo(theirs.code());
            assertThat(ours.isRetriable()).as(theirs.name()).isEqualTo(theirs.exception() instanceof RetriableException);
        }
        assertThat(ErrorCode.values()).hasSameSizeAs(Errors.values());
    }

    @Test
    void aNumberNobodyKnowsIsAnUnknownError() {
        assertThat(ErrorCode.of(31_000)).isEqualTo(ErrorCode.UNKNOWN_SERVER_ERROR);
        assertThat(ErrorCode.of(-31_000)).isEqualTo(ErrorCode.UNKNOWN_SERVER_ERROR);
    }
}
