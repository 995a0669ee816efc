/**
 * Groups of the consumer protocol (KIP-848): members tell what they subscribe to in heartbeats, the group says who gets
 * what, and each member is led there step by step, so that no partition ever has two owners. Members of the classic
 * protocol may be among them while a group is migrated.
 */
package naru.coordination.consumers;
