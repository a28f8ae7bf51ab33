/**
 * Grafana's backend-plugin protocol: plugins that Grafana and Plutono start.
 *
 * <p>A {@link io.github.grafanapluginprotocol.Plugin} has services, which extend the generated classes of each contract: {@code
 * v1}, {@code v2}, {@code extensionsv2} and {@code v3}.
 */
package io.github.grafanapluginprotocol;
