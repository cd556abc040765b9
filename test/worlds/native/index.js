// Uses `require`, because the order matters: Metro moves an import to the first use of its name.
require('./native-modules');
require('react-native/Libraries/Core/setUpXHR');
require('./app');
