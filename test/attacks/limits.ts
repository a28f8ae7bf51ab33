/** What a plugin and a host have without options. */
export const pluginLimits = { maxReceiveBytes: 16 << 20, maxSendBytes: 2 ** 31 - 1 };
export const hostLimits = { maxReceiveBytes: 256 << 20, maxSendBytes: 16 << 20 };
