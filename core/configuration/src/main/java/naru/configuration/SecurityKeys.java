package naru.configuration;

import static naru.configuration.Allowed.*;
import static naru.configuration.ConfigKey.Importance.*;
import static naru.configuration.ConfigKey.key;
import static naru.configuration.ConfigType.*;

import java.util.List;

/** Keys about TLS, SASL and delegation tokens. Names, types, defaults and ranges are Kafka 4.3's. */
final class SecurityKeys {

    static final List<ConfigKey> ALL = List.of(
            key("authorizer.class.name", STRING, "", LOW, any())
                    .says("The class that decides who may do what.")
                    .breaks("Anything but empty is refused at the start: access control is not there yet, and to go on without would be "
                            + "worse."),
            key("connection.failed.authentication.delay.ms", INT, "100", LOW, atLeast(0))
                    .says("How long a failed authentication is kept waiting."),
            key("connections.max.reauth.ms", LONG, "0", MEDIUM, any())
                    .says("After this time a client has to authenticate again."),
            key("delegation.token.expiry.check.interval.ms", LONG, "3600000", LOW, atLeast(1))
                    .says("How often tokens are looked for that have expired."),
            key("delegation.token.expiry.time.ms", LONG, "86400000", MEDIUM, atLeast(1))
                    .says("How long a token is good for unless it is renewed."),
            key("delegation.token.max.lifetime.ms", LONG, "604800000", MEDIUM, atLeast(1))
                    .says("The longest that a token can be renewed for."),
            key("delegation.token.secret.key", PASSWORD, null, MEDIUM, any())
                    .says("The key that tokens are made and checked with."),
            key("principal.builder.class", CLASS, "org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder", MEDIUM, any()).perBroker()
                    .says("The class that makes a name of a certificate or a login."),
            key("sasl.client.callback.handler.class", CLASS, null, MEDIUM, any())
                    .says("The class that answers what a SASL client is asked."),
            key("sasl.enabled.mechanisms", LIST, "GSSAPI", MEDIUM, entries()).perBroker()
                    .says("SASL mechanisms that clients may use."),
            key("sasl.jaas.config", PASSWORD, null, MEDIUM, any()).perBroker()
                    .says("Logins for SASL, as JAAS writes them."),
            key("sasl.kerberos.kinit.cmd", STRING, "/usr/bin/kinit", MEDIUM, any()).perBroker()
                    .says("Where kinit is."),
            key("sasl.kerberos.min.time.before.relogin", LONG, "60000", MEDIUM, any()).perBroker()
                    .says("The shortest time between two logins."),
            key("sasl.kerberos.principal.to.local.rules", LIST, "DEFAULT", MEDIUM, entries()).perBroker()
                    .says("How Kerberos names become short ones."),
            key("sasl.kerberos.service.name", STRING, null, MEDIUM, any()).perBroker()
                    .says("The Kerberos name that brokers run under."),
            key("sasl.kerberos.ticket.renew.jitter", DOUBLE, "0.05", MEDIUM, any()).perBroker()
                    .says("How much of a ticket's renewal is left to chance."),
            key("sasl.kerberos.ticket.renew.window.factor", DOUBLE, "0.8", MEDIUM, any()).perBroker()
                    .says("At which part of its life a ticket is renewed."),
            key("sasl.login.callback.handler.class", CLASS, null, MEDIUM, any())
                    .says("The class that answers what a login is asked."),
            key("sasl.login.class", CLASS, null, MEDIUM, any())
                    .says("The class that logs in."),
            key("sasl.login.connect.timeout.ms", INT, null, LOW, any())
                    .says("How long connecting to an identity provider may take."),
            key("sasl.login.read.timeout.ms", INT, null, LOW, any())
                    .says("How long an identity provider's answer may take."),
            key("sasl.login.refresh.buffer.seconds", SHORT, "300", MEDIUM, any()).perBroker()
                    .says("How long before it expires a login is renewed at the latest."),
            key("sasl.login.refresh.min.period.seconds", SHORT, "60", MEDIUM, any()).perBroker()
                    .says("The shortest time between two renewals of a login."),
            key("sasl.login.refresh.window.factor", DOUBLE, "0.8", MEDIUM, any()).perBroker()
                    .says("At which part of its life a login is renewed."),
            key("sasl.login.refresh.window.jitter", DOUBLE, "0.05", MEDIUM, any()).perBroker()
                    .says("How much of that is left to chance."),
            key("sasl.login.retry.backoff.max.ms", LONG, "10000", LOW, any())
                    .says("The longest wait after a login that failed."),
            key("sasl.login.retry.backoff.ms", LONG, "100", LOW, any())
                    .says("The first wait after a login that failed."),
            key("sasl.mechanism.controller.protocol", STRING, "GSSAPI", HIGH, any())
                    .says("The SASL mechanism to controllers."),
            key("sasl.mechanism.inter.broker.protocol", STRING, "GSSAPI", MEDIUM, any()).perBroker()
                    .says("The SASL mechanism between brokers."),
            key("sasl.oauthbearer.assertion.algorithm", STRING, "RS256", MEDIUM, oneOfAnyCase("ES256", "RS256"))
                    .says("How assertions are signed."),
            key("sasl.oauthbearer.assertion.claim.aud", STRING, null, MEDIUM, any())
                    .says("For whom an assertion is meant."),
            key("sasl.oauthbearer.assertion.claim.exp.seconds", INT, "300", LOW, between(0, 86400))
                    .says("How long an assertion is good for."),
            key("sasl.oauthbearer.assertion.claim.iss", STRING, null, MEDIUM, any())
                    .says("Who makes an assertion."),
            key("sasl.oauthbearer.assertion.claim.jti.include", BOOLEAN, "false", MEDIUM, any())
                    .says("Whether an assertion has a number of its own."),
            key("sasl.oauthbearer.assertion.claim.nbf.seconds", INT, "60", LOW, between(0, 3600))
                    .says("How long before now an assertion begins to be good."),
            key("sasl.oauthbearer.assertion.claim.sub", STRING, null, MEDIUM, any())
                    .says("Of whom an assertion speaks."),
            key("sasl.oauthbearer.assertion.file", STRING, null, MEDIUM, any())
                    .says("A file with an assertion that is made already."),
            key("sasl.oauthbearer.assertion.private.key.file", STRING, null, MEDIUM, any())
                    .says("The file with the key that assertions are signed with."),
            key("sasl.oauthbearer.assertion.private.key.passphrase", PASSWORD, null, MEDIUM, any())
                    .says("The word that opens this key."),
            key("sasl.oauthbearer.assertion.template.file", STRING, null, MEDIUM, any())
                    .says("A file with more claims for assertions."),
            key("sasl.oauthbearer.client.credentials.client.id", STRING, null, MEDIUM, any())
                    .says("The name that a client logs in with at an identity provider."),
            key("sasl.oauthbearer.client.credentials.client.secret", PASSWORD, null, MEDIUM, any())
                    .says("The secret that goes with it."),
            key("sasl.oauthbearer.clock.skew.seconds", INT, "30", LOW, any())
                    .says("How far the clocks of broker and identity provider may differ."),
            key("sasl.oauthbearer.expected.audience", LIST, "", HIGH, entries())
                    .says("Whom a token has to be meant for."),
            key("sasl.oauthbearer.expected.issuer", STRING, null, HIGH, any())
                    .says("Who has to have made a token."),
            key("sasl.oauthbearer.jwks.endpoint.refresh.ms", LONG, "3600000", LOW, any())
                    .says("How often the keys of an identity provider are fetched."),
            key("sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms", LONG, "10000", LOW, any())
                    .says("The longest wait after fetching them failed."),
            key("sasl.oauthbearer.jwks.endpoint.retry.backoff.ms", LONG, "100", LOW, any())
                    .says("The first wait after fetching them failed."),
            key("sasl.oauthbearer.jwks.endpoint.url", STRING, null, MEDIUM, any())
                    .says("Where the keys of an identity provider are."),
            key("sasl.oauthbearer.jwt.retriever.class", CLASS, "org.apache.kafka.common.security.oauthbearer.DefaultJwtRetriever", MEDIUM, any())
                    .says("The class that fetches tokens."),
            key("sasl.oauthbearer.jwt.validator.class", CLASS, "org.apache.kafka.common.security.oauthbearer.DefaultJwtValidator", MEDIUM, any())
                    .says("The class that checks tokens."),
            key("sasl.oauthbearer.scope", STRING, null, MEDIUM, any())
                    .says("What a token is asked for."),
            key("sasl.oauthbearer.scope.claim.name", STRING, "scope", LOW, any())
                    .says("The claim that holds it."),
            key("sasl.oauthbearer.sub.claim.name", STRING, "sub", LOW, any())
                    .says("The claim that holds whose token it is."),
            key("sasl.oauthbearer.token.endpoint.url", STRING, null, MEDIUM, any())
                    .says("Where tokens are fetched."),
            key("sasl.server.callback.handler.class", CLASS, null, MEDIUM, any())
                    .says("The class that answers what a SASL server is asked."),
            key("sasl.server.max.receive.size", INT, "524288", MEDIUM, any())
                    .says("The longest message of a SASL exchange."),
            key("security.inter.broker.protocol", STRING, "PLAINTEXT", MEDIUM, oneOf("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"))
                    .says("Stands in for inter.broker.listener.name where that is not set: the listener of this name is the brokers' own.")
                    .breaks("Anything but PLAINTEXT needs a listener that is refused so far."),
            key("security.providers", STRING, null, LOW, any())
                    .says("Classes that provide security algorithms."),
            key("ssl.allow.dn.changes", BOOLEAN, "false", LOW, any())
                    .says("Whether an exchanged certificate may have another name."),
            key("ssl.allow.san.changes", BOOLEAN, "false", LOW, any())
                    .says("Whether an exchanged certificate may lack alternative names."),
            key("ssl.cipher.suites", LIST, "", MEDIUM, entries()).perBroker()
                    .says("Cipher suites that may be used."),
            key("ssl.client.auth", STRING, "none", MEDIUM, oneOf("required", "requested", "none")).perBroker()
                    .says("Whether clients have to show a certificate."),
            key("ssl.enabled.protocols", LIST, "TLSv1.2,TLSv1.3", MEDIUM, entries()).perBroker()
                    .says("Versions of TLS that may be used."),
            key("ssl.endpoint.identification.algorithm", STRING, "https", LOW, any()).perBroker()
                    .says("How the name in a server's certificate is checked."),
            key("ssl.engine.factory.class", CLASS, null, LOW, any()).perBroker()
                    .says("The class that makes TLS engines."),
            key("ssl.key.password", PASSWORD, null, MEDIUM, any()).perBroker()
                    .says("The word that opens the private key."),
            key("ssl.keymanager.algorithm", STRING, "SunX509", MEDIUM, any()).perBroker()
                    .says("The algorithm of the key manager."),
            key("ssl.keystore.certificate.chain", PASSWORD, null, MEDIUM, any()).perBroker()
                    .says("The certificates, as PEM."),
            key("ssl.keystore.key", PASSWORD, null, MEDIUM, any()).perBroker()
                    .says("The private key, as PEM."),
            key("ssl.keystore.location", STRING, null, MEDIUM, any()).perBroker()
                    .says("The file with certificates and private key."),
            key("ssl.keystore.password", PASSWORD, null, MEDIUM, any()).perBroker()
                    .says("The word that opens this file."),
            key("ssl.keystore.type", STRING, "JKS", MEDIUM, any()).perBroker()
                    .says("The format of this file."),
            key("ssl.principal.mapping.rules", STRING, "DEFAULT", LOW, any())
                    .says("How names in certificates become short ones."),
            key("ssl.protocol", STRING, "TLSv1.3", MEDIUM, any()).perBroker()
                    .says("The version of TLS that is preferred."),
            key("ssl.provider", STRING, null, MEDIUM, any()).perBroker()
                    .says("Who provides TLS."),
            key("ssl.secure.random.implementation", STRING, null, LOW, any()).perBroker()
                    .says("The source of random numbers."),
            key("ssl.trustmanager.algorithm", STRING, "PKIX", MEDIUM, any()).perBroker()
                    .says("The algorithm of the trust manager."),
            key("ssl.truststore.certificates", PASSWORD, null, MEDIUM, any()).perBroker()
                    .says("Certificates that are trusted, as PEM."),
            key("ssl.truststore.location", STRING, null, MEDIUM, any()).perBroker()
                    .says("The file with certificates that are trusted."),
            key("ssl.truststore.password", PASSWORD, null, MEDIUM, any()).perBroker()
                    .says("The word that opens this file."),
            key("ssl.truststore.type", STRING, "JKS", MEDIUM, any()).perBroker()
                    .says("The format of this file."));

    private SecurityKeys() {}
}
