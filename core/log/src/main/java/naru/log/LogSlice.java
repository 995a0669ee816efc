package naru.log;

import naru.protocol.Records;

/**
 * What a reader was given.
 *
 * @param records whole batches, the last one possibly cut short; the reader closes the file they are in
 * @param firstOffset the base offset of the first batch, which may lie before the offset asked for; the offset asked for
 *     when there are no records
 * @param segmentBase the first offset of the segment the records are in
 * @param position bytes before the records in that segment
 */
public record LogSlice(Records records, long firstOffset, long segmentBase, int position) {}
