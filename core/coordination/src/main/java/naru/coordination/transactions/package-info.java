/**
 * Transactions: who may write under a transactional id, which partitions belong to its transaction, and how that ended.
 *
 * <p>Each transactional id is one fact, {@link naru.coordination.transactions.Transaction}, the last record of its key in
 * {@code __transaction_state}. What may follow a fact is decided in the tables
 * {@link naru.coordination.transactions.Beginnings} and {@link naru.coordination.transactions.Endings}, which know nothing
 * of logs and clocks; {@link naru.coordination.transactions.TransactionShard} writes what they decide.
 */
package naru.coordination.transactions;
