using SmartCity.Broker.Storage;

namespace SmartCity.Broker.Notifications;

/// <summary>
/// Finds where the changes of one request end, since they are told together: they have one time, and each Entity comes once (of two
/// changes of the same Entity in a batch, the second starts anew).
/// </summary>
internal sealed class RequestBoundary
{
    private const int LargestKept = 256;

    private HashSet<string> _entities = new(StringComparer.Ordinal);
    private DateTimeOffset _at;
    private string _tenant = "";

    /// <summary>Whether a change belongs to another request than the one before it.</summary>
    public bool IsCrossedBy(in LoggedChange logged)
    {
        var change = logged.Change;
        if (change.At == _at && logged.Tenant == _tenant && _entities.Add(change.EntityId)) return false;
        (_at, _tenant) = (change.At, logged.Tenant);
        // Clearing a large one would cost each of the many small requests after it.
        if (_entities.Count > LargestKept) _entities = new(StringComparer.Ordinal);
        else _entities.Clear();
        _entities.Add(change.EntityId);
        return true;
    }
}
