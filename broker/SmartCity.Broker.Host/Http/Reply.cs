using SmartCity.NgsiLd;

namespace SmartCity.Broker.Host.Http;

/// <summary>An answer that knows how to send itself. One small class per kind of answer.</summary>
internal abstract class Reply
{
    public abstract Task SendAsync(HttpContext http);

    public static implicit operator Reply(NgsiLdError error) => new ErrorReply(error);
}
