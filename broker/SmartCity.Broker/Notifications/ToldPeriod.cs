namespace SmartCity.Broker.Notifications;

/// <summary>
/// The Entities that a subscription was told when its timeInterval had passed last: what a source tells of them in between has been told. They are
/// remembered from when the first source tells something.
/// </summary>
internal sealed class ToldPeriod
{
    private volatile bool _isAsked;
    private volatile HashSet<string>? _last;

    /// <summary>Takes the Entities of a period; null where nobody will ask for them.</summary>
    public HashSet<string>? Begin() => _isAsked ? new(StringComparer.Ordinal) : null;

    /// <summary>The period has been told whole.</summary>
    public void End(HashSet<string>? told) => _last = told;

    public bool Has(string entityId)
    {
        _isAsked = true;
        return _last?.Contains(entityId) == true;
    }
}
