package naru.broker;

import java.util.List;
import naru.protocol.ErrorCode;
import naru.protocol.message.ProduceResponse.BatchIndexAndErrorMessage;

/**
 * Why nothing of an append is in the log.
 *
 * @param message for the producer's log; null when the error's name says it all
 * @param logStart the first offset the log has, when it was the log that refused; -1 when it was not asked
 * @param records the ones at fault, if single ones are
 */
record AppendRefused(ErrorCode why, String message, long logStart, List<BatchIndexAndErrorMessage> records) {

    static AppendRefused because(ErrorCode why) {
        return new AppendRefused(why, null, -1, List.of());
    }
}
